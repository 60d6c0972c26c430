# SPDX-License-Identifier: GPL-2.0
"""Tables of ./bench: for the terminal, and table.md with how each figure was measured."""
import table

HEAD = ('figure', 'what', 'unit', 'base', 'patched', 'patched/base', 'goal')
HOW = ('figures', 'configuration', 'profile', 'boots', 'command')


def number(value):
    """Four digits that matter, without an exponent."""
    if value == int(value) and abs(value) < 1e6:
        return '%d' % value
    if abs(value) >= 1000:
        return '%.0f' % value
    return '%.4g' % value if abs(value) >= 0.01 else '%.4f' % value


def spread(side):
    """Median, and least and most where the boots differ."""
    if not side:
        return '-'
    text, low, high = (number(side[k]) for k in ('median', 'min', 'max'))
    return text if low == high else '%s (%s..%s)' % (text, low, high)


def ratio(figure):
    sides = [figure[k]['median'] if figure[k] else None for k in ('patched', 'base')]
    return '-' if None in sides or not sides[1] else '%.3f' % (sides[0] / sides[1])


def goal(figure):
    """Every goal with its verdict; targets, which nothing depends on, in brackets."""
    out = []
    for one in figure['goals']:
        text = '%s: %s' % (one['text'], {True: 'met', False: 'missed', None: 'no data'}[one['met']])
        out.append(text if one['judged'] else '[%s]' % text)
    return '; '.join(out)


def row(figure):
    return [figure['id'], figure['what'], figure['unit'], spread(figure['base']), spread(figure['patched']),
            ratio(figure), goal(figure)]


def how(figures):
    """One row for each job: which figures come from it, and the command that a guest ran."""
    jobs = {}
    for figure in figures:
        if 'job' in figure:
            jobs.setdefault(figure['job'], []).append(figure)
    rows = []
    for group in jobs.values():
        boots = max(len(f[k]['runs']) if f[k] else 0 for f in group for k in ('base', 'patched'))
        rows.append([', '.join(f['id'] for f in group), group[0]['config'], group[0]['profile'], boots,
                     '`%s`' % group[0]['command'].replace('|', '\\|')])
    return rows


def page(series, content, plots):
    """table.md"""
    out = ['# Figures of %s\n' % series,
           'Made by `%s`; do not edit. Median of the boots, in brackets the least and the most of them where they '
           'differ. Goals decide about PASS and FAIL; [targets] are times of an emulator and decide nothing.\n'
           % content['command']]
    for kernel, configs in content['kernels'].items():
        told = sorted({'%s (%s, QEMU %s)' % (m.get('kernel_commit', '?'), m.get('accel', '?'), m.get('qemu', '?'))
                       for m in configs.values()})
        out.append('- %s kernel: %s' % (kernel, ', '.join(told)))
    out += ['- %s' % t for t in content['trouble']]
    out += ['', table.markdown(HEAD, content['rows'])]
    out += ['![%s](%s.svg)\n' % (name, name) for name in plots]
    quotients = ['- %s = %s / %s, boot by boot' % (f['id'], *f['quotient']) for f in content['figures'] if 'quotient' in f]
    return '\n'.join(out + ['## How they were measured\n', table.markdown(HOW, how(content['figures']))] + quotients) + '\n'
