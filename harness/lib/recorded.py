# SPDX-License-Identifier: GPL-2.0
"""Recorded results: results/WHAT/CONFIG/SUITE.json, WHAT = base-VERSION, stack or a series.

`tests` is the part that is compared and holds nothing that varies from run to run; times, verdicts
and the machine lie beside it, in `shown` and `meta`.
"""
import json
import os
import re
from common import ROOT, Trouble, read_json, read_text, write_text
from expect import REPEAT

RESULTS = os.path.join(ROOT, 'results')
# Sub-test names may hold addresses, process numbers and times; these are no part of the name.
VARIES = ((re.compile(r'\b0x[0-9a-fA-F]+\b'), '0xX'),
          (re.compile(r'\b(pid|tid|PID|TID)([ =:]+)\d+'), r'\1\2N'),
          (re.compile(r'\b\d+(?:\.\d+)? ?(ns|us|ms|secs?|seconds|nsecs|usecs|msecs|MiB/s|MB/s)\b'), r'N \1'))


def stable(name):
    for regex, by in VARIES:
        name = regex.sub(by, name)
    return name


def version(root=ROOT):
    """The pinned version of the base, from base.lock."""
    path = os.path.join(root, 'base.lock')
    match = re.search(r'^version=(\S+)$', read_text(path, 'restore it from git'), re.M)
    if not match:
        raise Trouble(path, 'names no kernel version', 'restore it from git')
    return match.group(1)


def what_of(series):
    return 'base-' + version() if series == 'base' else series


def names(subtests):
    """{stable name: status}, repeated names numbered."""
    out, seen = {}, {}
    for name, status in subtests:
        name = stable(REPEAT.sub('', name))
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


def path_of(results, what, config, suite):
    return os.path.join(results, what, config, suite + '.json')


def load(results, what, config):
    """All recorded suites of one kernel and configuration: {suite: content}; {} if there are none."""
    place = os.path.join(results, what, config)
    if not os.path.isdir(place):
        return {}
    files = sorted(f for f in os.listdir(place) if f.endswith('.json'))
    return {f[:-5]: read_json(os.path.join(place, f), 'record it again (harness/judge/record)') for f in files}


def tests_of(suites):
    return {ident: entry for suite in suites.values() for ident, entry in suite['tests'].items()}


def shown_of(suites):
    return {ident: entry for suite in suites.values() for ident, entry in suite['shown'].items()}


def store(results, run_results, command):
    """Write runs of one kernel and configuration; tests that did not run now keep their record.

    Returns [(path, number of tests written, number kept)].
    """
    suites = {}
    for run in run_results:
        for test in run['tests']:
            if not test['suite']:
                continue
            suite = suites.setdefault(test['suite'], {'tests': {}, 'shown': {}, 'runs': {}})
            if test['id'] in suite['tests']:
                raise Trouble(test['id'], 'ran in two of these runs', 'record one of them')
            suite['tests'][test['id']] = compared(test, run['profile'])
            suite['shown'][test['id']] = {'secs': test['secs'], 'verdict': test['verdict'], 'note': test['note']}
            suite['runs'][run['run']] = run['meta']
    what, config, done = what_of(run_results[0]['series']), run_results[0]['config'], []
    for name, suite in sorted(suites.items()):
        path = path_of(results, what, config, name)
        old = read_json(path, 'remove it and record again') if os.path.exists(path) else None
        kept = {k: v for k, v in old['tests'].items() if k not in suite['tests']} if old else {}
        shown = {k: v for k, v in old['shown'].items() if k in kept} if old else {}
        runs = {k: v for k, v in old['meta'].items() if k not in suite['runs']} if kept else {}
        content = {'format': 1, 'kernel': what, 'config': config, 'suite': name, 'command': command,
                   'tests': dict(sorted({**kept, **suite['tests']}.items())),
                   'shown': dict(sorted({**shown, **suite['shown']}.items())),
                   'meta': dict(sorted({**runs, **suite['runs']}.items()))}
        write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + '\n')
        done.append((path, len(suite['tests']), len(kept)))
    return done
