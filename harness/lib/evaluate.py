# SPDX-License-Identifier: GPL-2.0
"""From run directories to verdicts: which expect files apply, one row per job, the counts."""
import os
import subprocess
import expect
import rundir
import splat
from common import ROOT, Trouble, write_text
from verdict import count


def needs(series, root=ROOT):
    """The series and what it needs, in the order of the file `stack`."""
    order = subprocess.run([os.path.join(root, 'harness/source/order'), series], capture_output=True, text=True)
    return order.stdout.split() if order.returncode == 0 else [series]  # results of a series that is gone


def expect_files(series, root=ROOT):
    """The upstream suites' file first: a series may take lines of it back. The base takes none, whatever its selftests."""
    names = [] if series.endswith('@base') else needs(series, root)
    return [os.path.join(root, 'guest', 'suites', 'expect')] + [os.path.join(root, 'series', name, 'expect') for name in names]


def other_rows(result):
    """Faults of the run that belong to no job become rows of their own, so that they count."""
    rows = [('(log)', text, []) for text in result['faults']]
    guest = result['guest']
    if guest['state'] != 'done' and not guest['job']:
        rows.insert(0, ('(guest)', '%s: %s' % (guest['state'], guest['reason'] or 'no reason given'), []))
    for owner in dict.fromkeys(s['id'] for s in result['other_splats']):
        mine = [s for s in result['other_splats'] if s['id'] == owner]
        rows.append((owner, '%s: %s' % (mine[0]['kind'], mine[0]['text']), mine))
    return [{'id': ident, 'suite': '', 'status': 'fail', 'rc': None, 'secs': None, 'subtests': [], 'totals': None,
             'problems': [text], 'splats': splats, 'red': [text], 'verdict': 'RED', 'note': text}
            for ident, text, splats in rows]


def run(path, expect_paths=None):
    """Judge one run directory; writes ktap/ID.ktap into it. Returns the content of results.json."""
    result, texts = rundir.load(path, splat.load())
    entries = expect.load(expect_paths or expect_files(result['series']))
    for test in result['tests']:
        expect.apply(test, entries, result['config'])
    result['tests'] += other_rows(result)
    for test in result['tests']:
        test['counts'] = count(test['subtests'])
    for ident, text in texts.items():
        name = os.path.normpath(ident)
        if name.startswith(('/', '..')):
            raise Trouble(ident, 'not an ID for a file name', 'use SUITE/NAME')
        write_text(os.path.join(path, 'ktap', name + '.ktap'), text)
    for name, verdict in (('passed', 'ok'), ('failed', 'RED'), ('known', 'known')):
        result[name] = sum(t['verdict'] == verdict for t in result['tests'])
    return result
