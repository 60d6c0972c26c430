# SPDX-License-Identifier: GPL-2.0
"""The tables of results-doc: each function returns Markdown made from recorded results, and the records that it shows as
[(name, kernel, meta of each run)]. What such a record was made with is held against the patches of today."""
import fnmatch
import functools
import glob
import os
import re
import subprocess
import difference
import expect
import recorded
import table
from common import ROOT, Trouble, read_json

MARK = re.compile(r'^<!-- (?:end )?table.* -->[ \t]*$', re.M)
TABLE = re.compile(r'^(<!-- table (.+?) -->[ \t]*\n)(?:(?!<!-- (?:end )?table).*\n)*(<!-- end table -->[ \t]*$)', re.M)
PATCH = re.compile(r'^(\S+) series/([^/]+)/([0-9]{4}(?=-)|.*)')     # a line of harness/judge/patch-ids


def documents():
    """The files with tables, if no others are given."""
    names = ('docs/RESULTS.md', 'README.md', 'results/*/README.md')
    return [path for name in names for path in sorted(glob.glob(os.path.join(ROOT, name)))]


def by_series(lines):
    """{series: {number: id}}"""
    out = {}
    for ident, series, number in (PATCH.match(line).groups() for line in lines):
        out.setdefault(series, {})[number] = ident
    return out


@functools.lru_cache(maxsize=None)
def today(what):
    if what.startswith('base'):
        return {}
    done = subprocess.run([os.path.join(ROOT, 'harness', 'judge', 'patch-ids')], env=dict(os.environ, SERIES=what),
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(what, 'recorded, but no series', 'remove its record from results/')
    return by_series(done.stdout.splitlines())


def differences(what, metas):
    """{series: (numbers of today's patches that one of the runs lacks, how many patches are gone, all of today)}"""
    lines = [meta.get('patch', []) for meta in metas]
    now, runs, out = today(what), [by_series([t] if isinstance(t, str) else t) for t in lines], {}
    for series in sorted(set(now).union(*runs)):
        ids = now.get(series, {})
        lacks = [n for n, i in ids.items() if any(i not in run.get(series, {}).values() for run in runs)]
        gone = max([len(run.get(series, {})) - len(ids) for run in runs], default=0)
        out[series] = lacks, max(gone, 0), len(ids)
    return out


def age(what, metas):
    """A sentence for the table of a record, empty if it is of the patches as they are now."""
    found = differences(what, metas).values()
    lacks, gone, total = sum(len(f[0]) for f in found), sum(f[1] for f in found), sum(f[2] for f in found)
    if not lacks and not gone:
        return ''
    if not any('patch' in meta for meta in metas):
        return 'recorded with patches that are not known'
    more = ' and %d that are gone' % gone if gone else ''
    return 'recorded with %d of %d patches as they are now%s' % (total - lacks, total, more)


def stale(what, metas):
    """A sentence for each series of a record, empty if it is of its patches as they are now."""
    for series, (lacks, gone, total) in differences(what, metas).items():
        which = 'all' if len(lacks) == total else ' '.join(lacks)
        words = ['%d of %d patches of %s have changed since (%s)' % (len(lacks), total, series, which)] if lacks else []
        words += ['%d patches of %s are gone' % (gone, series)] if gone else []
        if words and not any('patch' in meta for meta in metas):
            words = ['the patches of %s that it was recorded with are not known' % series]
        yield ', '.join(words)


def missing(kernel, config):
    return '*Not recorded yet:* `SERIES=%s CONFIG=%s make test`, then `harness/judge/record`.\n' % (kernel, config), []


def source(what, config, suites, tests):
    return '%s/%s' % (what, config), what, recorded.metas_of(suites, tests)


def results(place, kernel, config, *patterns):
    what = recorded.what_of(kernel)
    suites, rows = recorded.load(place, what, config), []
    if not suites:
        return missing(kernel, config)
    for test in recorded.judged(what, config, suites):
        if any(fnmatch.fnmatchcase(test['id'], p) for p in patterns or '*'):
            rows.append(table.result_row(test))
            if test['secs'] is not None and test['secs'] < 10:
                rows[-1][5] = '%.1f' % test['secs']
    return table.markdown([h.replace('time', 's') for h in table.HEAD], rows), \
        [source(what, config, suites, {row[0] for row in rows})]


def compare(place, kernel, config, pattern='*'):
    what = recorded.what_of(kernel)
    base, now = recorded.load(place, recorded.what_of('base'), config), recorded.load(place, what, config)
    if not base or not now:
        return missing('base' if not base else kernel, config)
    entries = expect.load(expect.files(kernel))
    rows, _, _ = difference.rows(recorded.of_record(base), recorded.of_record(now), entries, config, pattern)
    return table.markdown(difference.HEAD, rows), [source(what, config, now, {row[0] for row in rows})]


def summary(place):
    head = ('kernel', 'configuration', 'suite', 'programs', 'passed', 'as expected', 'not as expected', 'sub-tests', 'accelerator')
    rows, sources = [], []
    for what in sorted(os.listdir(place)):
        for config in ('lean', 'debug'):
            suites = recorded.load(place, what, config)
            sources += [source(what, config, suites, recorded.part(suites, 'tests'))] if suites else []
            for name, suite in suites.items():
                verdicts = [t['verdict'] for t in recorded.judged(what, config, {name: suite})]
                machines = sorted({str(m.get('accel', '-')) for m in suite['meta'].values()})
                rows.append([what, config, name, len(verdicts), verdicts.count('ok'), verdicts.count('known'),
                             verdicts.count('RED'), sum(len(recorded.flat(t)) for t in suite['tests'].values()),
                             ', '.join(machines)])
    return (table.markdown(head, rows), sources) if rows else missing('stack', 'lean')


def from_json(place, name, pattern='*'):
    path = os.path.join(place, name)
    if not os.path.exists(path):
        return '*Not recorded yet:* `results/%s`.\n' % name, []
    content = read_json(path, 'make it again')
    if not isinstance(content, dict) or not {'columns', 'rows'} <= set(content):
        raise Trouble(path, 'has no "columns" and "rows"', 'make it again')
    metas = [content['meta']] if 'meta' in content else list(content.get('kernels', {}).get('patched', {}).values())
    series = content.get('series') or (metas[0].get('series') if metas else None)
    return table.markdown(content['columns'], [r for r in content['rows'] if fnmatch.fnmatchcase(str(r[0]), pattern)]), \
        [(re.sub(r'(/figures)?\.json$', '', name), series, metas)] if series else []


KINDS = {'results': (results, 2, 12), 'compare': (compare, 2, 3), 'summary': (summary, 0, 0), 'json': (from_json, 1, 2)}


def make(words, where, place):
    kind, *arguments = words
    function, least, most = KINDS.get(kind, (None, 0, 0))
    if not function or not least <= len(arguments) <= most:
        raise Trouble(where, 'unknown table "%s"' % ' '.join(words), 'see harness/judge/results-doc --help')
    return function(place, *arguments)


def aged(text, sources):
    """A table with what its records lack, where the patches are newer."""
    for name, what, metas in sources:
        if sentence := age(what, metas):
            text += '\n*%s%s*\n' % (name + ': ' if len(sources) > 1 else '', sentence)
    return text


def replace(text, path, place, records):
    """The text with every marked table made anew; the records that they show are added as {name: (kernel, metas)}."""
    paired = set()

    def where(start):
        return '%s:%d' % (path, text.count('\n', 0, start) + 1)

    def anew(match):
        content, sources = make(match.group(2).split(), where(match.start()), place)
        for name, what, metas in sources:
            records.setdefault(name, (what, []))[1].extend(metas)
        paired.update((match.start(1), match.start(3)))
        return '%s\n%s\n%s' % (match.group(1), aged(content, sources), match.group(3))

    out = TABLE.sub(anew, text)
    for mark in MARK.finditer(text):
        if mark.start() not in paired:
            raise Trouble(where(mark.start()), 'begin or end of a table without the other', 'correct the page')
    return out
