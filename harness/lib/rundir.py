# SPDX-License-Identifier: GPL-2.0
"""Read what one guest run left behind in out/run/RUN/ (docs/ARCHITECTURE.md) and judge every job of it."""
import os
import re
import expect
import splat
import verdict
from common import Trouble, read_json, read_text, shown, write_text

BEGIN = re.compile(r'^@@ begin (\S+)\s*$')
END = re.compile(r'@@ end (\S+) rc=(\d+) secs=(\d+(?:\.\d+)?)\s*$')


def optional(run, name):
    path = os.path.join(run, name)
    return read_text(path, '') if os.path.exists(path) else None


def read_jobs(run):
    """[(id, limit in seconds, command)] in order."""
    if not os.path.isdir(run):
        raise Trouble(run, 'no such run', 'boot a guest first (make test)')
    text = read_text(os.path.join(run, 'jobs'), 'boot a guest first (make test)')
    jobs = []
    for line in text.splitlines():
        if line.strip() and not line.startswith('#'):
            fields = line.split(None, 2)
            if len(fields) < 3 or not fields[1].isdigit():
                raise Trouble(os.path.join(run, 'jobs'), 'bad line "%s"' % line, 'write ID SECONDS COMMAND')
            jobs.append((fields[0], int(fields[1]), fields[2]))
    if not jobs:
        raise Trouble(run, 'no test was to run', 'check the pattern TESTS and the profile')
    return jobs


def split_raw(text):
    """Return (jobs, done): jobs = {id: (output, rc or None, secs)}, done = the end marker was seen."""
    jobs, current, out, done = {}, None, [], False
    for raw in text.split('\n'):
        line = raw.rstrip('\r')
        begin, end = BEGIN.match(line), END.search(line)
        if begin:
            if current:
                jobs[current] = ('\n'.join(out), None, None)
            current, out = begin.group(1), []
        elif end and end.group(1) == current:
            # A program may end without a newline: what stands before the marker is its output.
            out += [line[:end.start()]] if end.start() else []
            jobs[current] = ('\n'.join(out) + '\n', int(end.group(2)), float(end.group(3)))
            current = None
        elif line.startswith('@@ hostmm done') and not current:
            done = True
        elif current:
            out.append(line)
    if current:
        jobs[current] = ('\n'.join(out), None, None)
    return jobs, done


def guest_state(run, done, jobs):
    """How the guest ended: {'state', 'reason', 'job' that was running or None}."""
    state, _, reason = (optional(run, 'state') or '').strip().partition(' ')
    reason = re.sub(r'^(after )?\S*: ', '', reason.strip())     # it begins with the job, told apart below
    running = [i for i, (_, rc, _) in jobs.items() if rc is None]
    if state == 'done' and not done:
        state, reason = 'died', 'the end marker is missing although the guest went down'
    elif state not in ('done', 'died', 'hung'):
        state, reason = 'died', 'no record of how the guest ended (is it still running?)'
    return {'state': state, 'reason': reason, 'job': running[-1] if running else None}


def read_meta(run):
    meta = {}
    for line in (optional(run, 'meta') or '').splitlines():
        name, _, value = line.partition('=')
        if value and not name.startswith('#'):
            meta.setdefault(name.strip(), []).append(value.strip())
    return {k: v[0] if len(v) == 1 else v for k, v in meta.items()}


def one_test(ident, limit, found, guest):
    """The result of one job before splats and expectations."""
    test = {'id': ident, 'suite': ident.split('/')[0], 'status': 'notrun', 'rc': None, 'secs': None, 'subtests': [],
            'details': {}, 'problems': [], 'splats': []}
    if found is None:
        test['problems'] = ['did not run' if guest['state'] == 'done' else 'not reached, the guest ' + guest['state']]
        return test
    text, rc, secs = found
    test.update(verdict.judge(text, rc or 0, secs, limit), rc=rc, secs=secs)
    if rc is None:
        dead = guest['state'] != 'done' and guest['job'] == ident
        test['status'] = guest['state'] if dead else 'noend'
        test['problems'] = ['guest %s here: %s' % (guest['state'], guest['reason']) if dead else 'no end marker']
    return test


def load(run, rules):
    """Everything about a run, as it goes into results.json, with the output of each job besides."""
    run = run.rstrip('/') or run
    name = os.path.basename(os.path.abspath(run))
    jobs = read_jobs(run)
    raw, done = split_raw(optional(run, 'results.raw') or '')
    guest = guest_state(run, done, raw)
    meta = read_meta(run)
    if not {'series', 'config', 'profile'} <= set(meta):
        raise Trouble(run, 'its meta names no series, config or profile', 'boot the guest again (make test)')
    tests = [one_test(i, limit, raw.get(i), guest) for i, limit, _ in jobs]
    console = optional(run, 'console.log')
    splats, marks = splat.scan(console or '', rules)
    faults = []
    lost = [i for i in raw if i not in marks]
    if console is None:
        faults.append('console.log is missing: nothing is known about the kernel log')
    elif lost:
        faults.append('the kernel log lacks the marker of %d jobs (%s): splats cannot be charged' % (len(lost), lost[0]))
    for test in tests:
        test['splats'] = [s for s in splats if s['id'] == test['id']]
    known = {t['id'] for t in tests}
    return {'format': 1, 'run': name, 'series': meta['series'], 'config': meta['config'], 'profile': meta['profile'],
            'guest': guest, 'meta': meta, 'faults': faults, 'tests': tests,
            'other_splats': [s for s in splats if s['id'] not in known]}, \
           {i: text for i, (text, _, _) in raw.items()}


def other_rows(result):
    """Faults of the run that belong to no job become rows of their own, so that they count."""
    rows = [('(log)', text, []) for text in result['faults']]
    guest = result['guest']
    if guest['state'] != 'done' and not guest['job']:
        rows.insert(0, ('(guest)', '%s: %s' % (guest['state'], guest['reason'] or 'no reason given'), []))
    for owner in dict.fromkeys(s['id'] for s in result['other_splats']):
        mine = [s for s in result['other_splats'] if s['id'] == owner]
        rows.append((owner, '%s: %s' % (mine[0]['kind'], mine[0]['text']), mine))
    return [{'id': ident, 'suite': '', 'status': 'fail', 'rc': None, 'secs': None, 'subtests': [],
             'problems': [text], 'splats': splats, 'red': [text], 'verdict': 'RED', 'note': text}
            for ident, text, splats in rows]


def judge(path, expect_paths=None):
    """Judge one run directory; writes ktap/ID.ktap into it. Returns the content of results.json."""
    result, texts = load(path, splat.load())
    entries = expect.load(expect_paths or expect.files(result['series']))
    for test in result['tests']:
        expect.apply(test, entries, result['config'])
    result['tests'] += other_rows(result)
    for test in result['tests']:
        test['counts'] = verdict.count(test['subtests'])
    for ident, text in texts.items():
        name = os.path.normpath(ident)
        if name.startswith(('/', '..')):
            raise Trouble(ident, 'not an ID for a file name', 'use SUITE/NAME')
        write_text(os.path.join(path, 'ktap', name + '.ktap'), text)
    for name, word in (('passed', 'ok'), ('failed', 'RED'), ('known', 'known')):
        result[name] = sum(t['verdict'] == word for t in result['tests'])
    return result


def judged(run):
    """The results.json that harness/judge/report wrote into a run."""
    path = os.path.join(run, 'results.json')
    if not os.path.isdir(run):
        raise Trouble(run, 'no such run', 'boot a guest first (make test)')
    if not os.path.exists(path):
        raise Trouble(run, 'not judged yet', 'run harness/judge/report %s first' % shown(run))
    return read_json(path, 'run harness/judge/report again')
