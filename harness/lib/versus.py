# SPDX-License-Identifier: GPL-2.0
"""The two-column table: recorded base results against runs or records of a patched kernel."""
import fnmatch
import recorded
from difference import Difference, summary

HEAD = ('id', 'base p/f/x/s', 'now p/f/x/s', 'verdict', 'note')


def from_run(run):
    """{id: comparable test} of a judged run."""
    out = {}
    for test in run['tests']:
        if test['suite']:
            out[test['id']] = {'status': test['status'], 'names': recorded.names(test['subtests']),
                               'splats': sorted({s['kind'] for s in test['splats']})}
    return out


def from_record(suites):
    return {ident: {'status': e['status'], 'names': recorded.flat(e), 'splats': e.get('splats', [])}
            for ident, e in recorded.tests_of(suites).items()}


def rows(base, now, entries, config, pattern='*'):
    """(table rows, {id: red texts}, numbers per verdict)"""
    out, red, numbers = [], {}, {'same': 0, 'better': 0, 'RED': 0, 'new': 0}
    for ident, test in now.items():
        if not fnmatch.fnmatchcase(ident, pattern):
            continue
        if ident not in base:
            numbers['new'] += 1
            out.append([ident, '-', summary(test), 'new', 'not on the base'])
            continue
        diff = Difference(ident, base[ident], test, entries, config)
        verdict = diff.verdict()
        numbers[verdict] += 1
        if diff.red:
            red[ident] = diff.red
        out.append([ident, summary(base[ident]), summary(test), verdict, diff.note()])
    return out, red, numbers
