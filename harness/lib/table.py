# SPDX-License-Identifier: GPL-2.0
"""Tables: aligned text for the terminal, Markdown for the documents."""

HEAD = ('id', 'pass', 'fail', 'xfail', 'skip', 'time', 'verdict', 'note')
RIGHT = ('pass', 'fail', 'xfail', 'skip', 'time', 's')


def text(head, rows, width=None):
    """Columns padded to their widest cell; a row that is a string stands as a line of its own."""
    cells = [[str(c) for c in row] for row in rows if not isinstance(row, str)]
    sizes = [max([len(h)] + [len(r[i]) for r in cells]) for i, h in enumerate(head)]

    def line(row):
        out = [c.rjust(n) if h in RIGHT else c.ljust(n) for h, c, n in zip(head, row, sizes)]
        full = '  '.join(out).rstrip()
        return full if not width or len(full) <= width else full[:width - 1] + '~'

    out = [line(head), '  '.join('-' * n for n in sizes)[:width].rstrip()]
    for row in rows:
        out.append(row if isinstance(row, str) else line([str(c) for c in row]))
    return '\n'.join(out) + '\n'


def markdown(head, rows):
    def cell(value):
        return str(value).replace('|', '\\|').replace('\n', ' ')

    out = ['| ' + ' | '.join(head) + ' |',
           '|' + '|'.join('--:' if h in RIGHT else '---' for h in head) + '|']
    return '\n'.join(out + ['| ' + ' | '.join(cell(c) for c in row) + ' |' for row in rows]) + '\n'


def result_row(test):
    """One row of the table of results. A program without sub-tests counts as one."""
    counts = test['counts']
    if not test['subtests']:
        column = {'pass': 'pass', 'skip': 'skip', 'notrun': None}.get(test['status'], 'fail')
        counts = {c: int(c == column) for c in counts}
    verdict = test['verdict']
    if verdict == 'known':
        verdict = test['status'] if test['status'] != 'pass' else 'ok'
    elif verdict == 'RED' and test['status'] not in ('pass', 'fail'):
        verdict = 'RED ' + test['status']
    secs = '-' if test['secs'] is None else '%d' % round(test['secs'])
    return [test['id'], *(str(counts[c]) for c in ('pass', 'fail', 'xfail', 'skip')), secs, verdict, test['note']]


def results(runs):
    """The one table of several runs; a heading line parts them."""
    rows = []
    for run in runs:
        if len(runs) > 1:
            rows.append('-- ' + run['run'])
        rows += [result_row(t) for t in run['tests']]
    return text(HEAD, rows, 140)
