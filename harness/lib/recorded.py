# SPDX-License-Identifier: GPL-2.0
"""Recorded results: results/WHAT/CONFIG/SUITE.json, WHAT = base-VERSION, stack or a series.

`tests` is the part that is compared and holds nothing that varies from run to run. Beside it lie `shown`: times, faults of
the program as a whole and the run that it is from, and `meta` of these runs. Verdicts are not kept but reached anew.
"""
import json
import os
import re
from pathlib import Path
import expect
from common import ROOT, Trouble, read_json, read_text, write_text
from expect import REPEAT
from verdict import count

RESULTS = os.path.join(ROOT, 'results')
# Sub-test names may hold addresses, process numbers and times; these are no part of the name.
VARIES = ((re.compile(r'\b0x[0-9a-fA-F]+\b'), '0xX'),
          (re.compile(r'\b(pid|tid|PID|TID)([ =:]+)\d+'), r'\1\2N'),
          (re.compile(r'\b\d+(?:\.\d+)? ?(ns|us|ms|secs?|seconds|nsecs|usecs|msecs|MiB/s|MB/s)\b'), r'N \1'))


def what_of(series):
    """WHAT of a value of SERIES: the base has the version that is pinned."""
    lock = read_text(os.path.join(ROOT, 'base.lock'), 'restore it from git')
    return re.sub('^base$', 'base-' + re.search(r'^version=(\S+)$', lock, re.M).group(1), series)


def names(subtests):
    """{stable name: status}, repeated names numbered."""
    out, seen = {}, {}
    for name, status in subtests:
        name = REPEAT.sub('', name)
        for regex, by in VARIES:
            name = regex.sub(by, name)
        seen[name] = seen.get(name, 0) + 1
        out[name if seen[name] == 1 else '%s ~%d' % (name, seen[name])] = status
    return out


def compared(test, profile):
    """What of a test is recorded for comparison: no times, no numbers that vary."""
    groups = {}
    for name, status in names(test['subtests']).items():
        groups.setdefault(status, []).append(name)
    out = {'profile': profile, 'status': test['status']}
    if groups:
        out['subtests'] = groups
    if test['splats']:
        out['splats'] = sorted({s['kind'] for s in test['splats']})
    return out


def flat(entry):
    """{name: status} of a recorded test."""
    return {n: status for status, group in entry.get('subtests', {}).items() for n in group}


def load(results, what, config):
    """All recorded suites of one kernel and configuration: {suite: content}; {} if there are none."""
    files = sorted(Path(results, what, config).glob('*.json'))
    return {f.stem: read_json(f, 'record it again (harness/judge/record)') for f in files}


def part(suites, name):
    """{id: entry} of all suites; name is tests or shown."""
    return {ident: entry for suite in suites.values() for ident, entry in suite[name].items()}


def comparable(tests):
    """{id: status, names and splats} of recorded tests, as difference.py takes them."""
    return {i: {'status': e['status'], 'names': flat(e), 'splats': e.get('splats', [])} for i, e in tests.items()}


def of_record(suites):
    return comparable(part(suites, 'tests'))


def of_run(run):
    return comparable({t['id']: compared(t, run['profile']) for t in run['tests'] if t['suite']})


def judged(what, config, suites):
    """The recorded tests in the light of today's expect files, as report would show them."""
    entries = expect.load(expect.files('base' if what.startswith('base-') else what))
    shown = part(suites, 'shown')
    tests = [{'id': ident, 'status': entry['status'], 'subtests': list(flat(entry).items()),
              'counts': count(flat(entry).items()), **{'problems': [], **shown[ident]},
              'splats': [{'kind': k, 'text': 'recorded'} for k in entry.get('splats', [])]}
             for ident, entry in part(suites, 'tests').items()]
    return [expect.apply(test, entries, config) for test in tests]


def metas_of(suites, tests):
    """What the runs were made of that these tests are from."""
    runs = {shown.get('run'): suite['meta'].get(shown.get('run'), {})
            for suite in suites.values() for ident, shown in suite['shown'].items() if ident in tests}
    return list(runs.values())


def key_of(run):
    """The name of a run in a record: it may stand there twice, with tests of two kernels."""
    tree = run['meta'].get('tree', '')
    return ' '.join([run['run']] + ([tree[:12] + tree[40:]] if tree else []))


def store(results, run_results, command, whole=False):
    """Write runs of one kernel and configuration; tests that did not run now keep their record, unless it shall be whole.

    Returns [(path, number of tests written, number kept)].
    """
    what, config, suites, done = what_of(run_results[0]['series']), run_results[0]['config'], {}, []
    for run, test in ((run, test) for run in run_results for test in run['tests'] if test['suite']):
        suite = suites.setdefault(test['suite'], {'tests': {}, 'shown': {}, 'meta': {}})
        if test['id'] in suite['tests']:
            raise Trouble(test['id'], 'ran in two of these runs', 'record one of them')
        suite['tests'][test['id']] = compared(test, run['profile'])
        suite['shown'][test['id']] = {'secs': test['secs'], 'run': key_of(run)}
        if test['problems']:
            suite['shown'][test['id']]['problems'] = test['problems']
        suite['meta'][key_of(run)] = run['meta']
    for name, suite in sorted(suites.items()):
        path, written = os.path.join(results, what, config, name + '.json'), len(suite['tests'])
        if os.path.exists(path) and not whole:
            old = read_json(path, 'remove it and record again')
            suite = {key: {**old[key], **suite[key]} for key in suite}
            used = {shown.get('run') for shown in suite['shown'].values()}
            suite['meta'] = {run: meta for run, meta in suite['meta'].items() if run in used}
        content = {'format': 2, 'kernel': what, 'config': config, 'suite': name, 'command': command,
                   **{key: dict(sorted(entries.items())) for key, entries in suite.items()}}
        write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + '\n')
        done.append((path, written, len(suite['tests']) - written))
    return done
