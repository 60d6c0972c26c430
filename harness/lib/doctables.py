# SPDX-License-Identifier: GPL-2.0
"""The tables of results-doc: each function returns Markdown made from recorded results."""
import fnmatch
import os
import re
import evaluate
import expect
import recorded
import table
import versus
from common import Trouble, read_json
from verdict import count

OPEN = re.compile(r'^<!-- table (.+?) -->\s*$')
CLOSE = re.compile(r'^<!-- end table -->\s*$')


def missing(kernel, config):
    return '*Not recorded yet:* `SERIES=%s CONFIG=%s make test`, then `harness/judge/record`.\n' % (kernel, config)


def seconds(value):
    return '-' if value is None else '%.0f' % value if value >= 10 else '%.1f' % value


def results(place, kernel, config, *patterns):
    suites = recorded.load(place, recorded.what_of(kernel), config)
    if not suites:
        return missing(kernel, config)
    tests, shown, rows = recorded.tests_of(suites), recorded.shown_of(suites), []
    for ident, entry in tests.items():
        if any(fnmatch.fnmatchcase(ident, p) for p in patterns or '*'):
            subtests = list(recorded.flat(entry).items())
            row = table.result_row({'id': ident, 'status': entry['status'], 'subtests': subtests,
                                    'counts': count(subtests), **shown[ident]})
            row[5] = seconds(shown[ident]['secs'])
            rows.append(row)
    return table.markdown([h.replace('time', 's') for h in table.HEAD], rows)


def compare(place, kernel, config, pattern='*'):
    base = recorded.load(place, recorded.what_of('base'), config)
    now = recorded.load(place, recorded.what_of(kernel), config)
    if not base or not now:
        return missing('base' if not base else kernel, config)
    entries = expect.load(evaluate.expect_files(kernel))
    rows, _, _ = versus.rows(versus.from_record(base), versus.from_record(now), entries, config, pattern)
    return table.markdown(versus.HEAD, rows)


def summary(place):
    head = ('kernel', 'configuration', 'suite', 'programs', 'passed', 'as expected', 'not as expected', 'sub-tests', 'accelerator')
    rows = []
    for what in sorted(os.listdir(place)):
        for config in ('lean', 'debug'):
            for name, suite in recorded.load(place, what, config).items():
                verdicts = [s['verdict'] for s in suite['shown'].values()]
                machines = sorted({str(m.get('accel', '-')) for m in suite['meta'].values()})
                rows.append([what, config, name, len(verdicts), verdicts.count('ok'), verdicts.count('known'),
                             verdicts.count('RED'), sum(len(recorded.flat(t)) for t in suite['tests'].values()),
                             ', '.join(machines)])
    return table.markdown(head, rows) if rows else missing('stack', 'lean')


def from_json(place, name, pattern='*'):
    path = os.path.join(place, name)
    if not os.path.exists(path):
        return '*Not recorded yet:* `results/%s`.\n' % name
    content = read_json(path, 'make it again')
    if not isinstance(content, dict) or not {'columns', 'rows'} <= set(content):
        raise Trouble(path, 'has no "columns" and "rows"', 'make it again')
    return table.markdown(content['columns'], [r for r in content['rows'] if fnmatch.fnmatchcase(str(r[0]), pattern)])


KINDS = {'results': (results, 2, 12), 'compare': (compare, 2, 3), 'summary': (summary, 0, 0), 'json': (from_json, 1, 2)}


def make(words, where, place):
    kind, *arguments = words
    function, least, most = KINDS.get(kind, (None, 0, 0))
    if not function or not least <= len(arguments) <= most:
        raise Trouble(where, 'unknown table "%s"' % ' '.join(words), 'see harness/judge/results-doc --help')
    return function(place, *arguments)


def replace(text, path, place):
    """The text with every marked table made anew."""
    out, start = [], None
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        opened = OPEN.match(line)
        if opened and start:
            raise Trouble('%s:%d' % (path, start), 'table without its end', 'add <!-- end table -->')
        if opened:
            out += [line, '\n', make(opened.group(1).split(), '%s:%d' % (path, number), place), '\n']
            start = number
        elif CLOSE.match(line):
            if not start:
                raise Trouble('%s:%d' % (path, number), 'end of a table that never began', 'remove the line')
            start = None
            out.append(line)
        elif not start:
            out.append(line)
    if start:
        raise Trouble('%s:%d' % (path, start), 'table without its end', 'add <!-- end table -->')
    return ''.join(out)
