# SPDX-License-Identifier: GPL-2.0
"""What a record was made with against the patches of today: their ids (harness/judge/patch-ids), series by series."""
import functools
import os
import re
import subprocess
from common import ROOT, Trouble

LINE = re.compile(r'^(\S+) series/([^/]+)/([0-9]{4}(?=-)|.*)')


def by_series(lines):
    """{series: {number: id}}"""
    out = {}
    for ident, series, number in (LINE.match(line).groups() for line in lines):
        out.setdefault(series, {})[number] = ident
    return out


@functools.lru_cache(maxsize=None)
def today(what):
    if what.startswith('base'):
        return {}
    done = subprocess.run([os.path.join(ROOT, 'harness', 'judge', 'patch-ids')], env=dict(os.environ, SERIES=what),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Trouble(what, 'recorded, but no series', 'remove its record from results/')
    return by_series(done.stdout.splitlines())


def differences(what, metas):
    """{series: (numbers of today's patches that one of the runs lacks, how many of its patches are gone, all of today)}"""
    lines = [meta.get('patch', []) for meta in metas]
    now, runs, out = today(what), [by_series([t] if isinstance(t, str) else t) for t in lines], {}
    for series in sorted(set(now).union(*runs)):
        ids = now.get(series, {})
        lacks = [n for n, i in ids.items() if any(i not in run.get(series, {}).values() for run in runs)]
        gone = max([len(run.get(series, {})) - len(ids) for run in runs], default=0)
        out[series] = lacks, max(gone, 0), len(ids)
    return out


def known(metas):
    return any('patch' in meta for meta in metas)


def age(what, metas):
    """A sentence for the table of a record, empty if it is of the patches as they are now."""
    found = differences(what, metas).values()
    lacks, gone, total = sum(len(f[0]) for f in found), sum(f[1] for f in found), sum(f[2] for f in found)
    if not lacks and not gone:
        return ''
    if not known(metas):
        return 'recorded with patches that are not known'
    return 'recorded with %d of %d patches as they are now%s' % (total - lacks, total, ' and %d that are gone' % gone if gone else '')


def stale(what, metas):
    """A sentence for each series of a record, empty if it is of its patches as they are now."""
    for series, (lacks, gone, total) in differences(what, metas).items():
        which = 'all' if len(lacks) == total else ' '.join(lacks)
        words = ['%d of %d patches of %s have changed since (%s)' % (len(lacks), total, series, which)] if lacks else []
        words += ['%d patches of %s are gone' % (gone, series)] if gone else []
        if words and not known(metas):
            words = ['the patches of %s that it was recorded with are not known' % series]
        yield ', '.join(words)
