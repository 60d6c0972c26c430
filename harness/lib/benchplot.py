# SPDX-License-Identifier: GPL-2.0
"""A plot of ./bench as SVG, without any library: panels of paired columns (base, patched), a bar from the least to the
most boot on each. Colours follow the light or dark scheme of who looks at it."""
import math
from html import escape

WIDTH, HEIGHT = 380, 230        # of one panel
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 34, 46
HEAD = 82                       # title and legend
# Plain rules only: not every viewer knows CSS variables.
STYLE = '''
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 15px; font-weight: 600; }
.panel { font-weight: 600; }
.paper { fill: #ffffff; }
.soft { fill: #59636e; }
.grid { stroke: #d8dde3; stroke-width: 1; }
.axis, .spread { stroke: #1f2328; stroke-width: 1; }
.base { fill: #8c959f; }
.patched { fill: #0969da; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; }
.paper { fill: #0d1117; }
.soft { fill: #9aa4ae; }
.grid { stroke: #30363d; }
.axis, .spread { stroke: #e6edf3; }
.base { fill: #7d8590; }
.patched { fill: #4493f8; }
}
'''


def ticks(most):
    """Round values from 0 to at least "most", about five."""
    if most <= 0:
        return [0, 1]
    step = 10 ** math.floor(math.log10(most / 4))
    step *= next(f for f in (1, 2, 2.5, 5, 10) if f * step * 5 >= most)
    return [step * n for n in range(math.ceil(most / step - 1e-9) + 1)]


def decades(values):
    """Powers of ten around the values, for a logarithmic scale."""
    values = [v for v in values if v > 0] or [1]
    low = math.floor(math.log10(min(values)))
    return [10 ** n for n in range(low, max(low + 1, math.ceil(math.log10(max(values)))) + 1)]


def text(x, y, content, kind='', anchor='start', more=''):
    return '<text x="%.1f" y="%.1f" class="%s" text-anchor="%s"%s>%s</text>' % (x, y, kind, anchor, more, escape(content))


def line(x1, y1, x2, y2, kind):
    return '<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>' % (x1, y1, x2, y2, kind)


def column(x, wide, side, kind, up):
    """One column with its spread; "up" maps a value to its height on the page."""
    out = ['<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"><title>%s: median %.4g, %.4g to %.4g, %d boots</title></rect>'
           % (x, up(side['median']), wide, up(0) - up(side['median']), kind, kind, side['median'], side['min'], side['max'],
              len(side['runs']))]
    if side['max'] > side['min']:
        middle, low, high = x + wide / 2, up(side['min']), up(side['max'])
        out += [line(middle, low, middle, high, 'spread')] + [line(middle - 4, y, middle + 4, y, 'spread') for y in (low, high)]
    return out


def axes(panel, marks, up, xlabel):
    """Grid, scale and titles of one panel."""
    left, right, bottom = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM
    out = [text(LEFT - 44, 18, panel['title'], 'panel')]
    for value in marks:
        label = '%g' % round(value, 6)
        out += [line(left, up(value), right, up(value), 'grid'), text(left - 7, up(value) + 4, label, 'soft', 'end')]
    out += [line(left, bottom, right, bottom, 'axis'), text((left + right) / 2, HEIGHT - 10, xlabel, 'soft', 'middle')]
    middle = (TOP + bottom) / 2
    return out + [text(16, middle, panel['unit'], 'soft', 'middle', ' transform="rotate(-90 16 %.1f)"' % middle)]


def draw(panel, figures, xlabel):
    sides = [(x, figures[i]) for x, i in panel['points']]
    values = [f[k][end] for _, f in sides for k in ('base', 'patched') if f[k] for end in ('min', 'max')]
    marks = decades(values) if panel['log'] else ticks(max(values or [0]))
    tall = HEIGHT - TOP - BOTTOM

    def part(value):
        if not panel['log']:
            return value / marks[-1]
        return math.log(max(value, marks[0]) / marks[0]) / math.log(marks[-1] / marks[0])

    def up(value):
        return HEIGHT - BOTTOM - tall * part(value)

    out = axes(panel, marks, up, xlabel)
    room = (WIDTH - LEFT - RIGHT) / len(sides)
    wide = min(26, room * 0.34)
    for place, (x, figure) in enumerate(sides):
        centre = LEFT + room * (place + 0.5)
        out.append(text(centre, HEIGHT - BOTTOM + 17, x, '', 'middle'))
        for kind, start in (('base', centre - wide - 1), ('patched', centre + 1)):
            if figure[kind]:
                out += column(start, wide, figure[kind], kind, up)
    return out


def svg(plot, figures):
    columns = min(2, len(plot['panels']))
    rows = math.ceil(len(plot['panels']) / columns)
    width, height = columns * WIDTH, HEAD + rows * HEIGHT
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">' % (width, height, width, height),
           '<title>%s</title>' % escape(plot['title']), '<style>%s</style>' % STYLE,
           '<rect width="%d" height="%d" class="paper"/>' % (width, height),
           text(18, 26, plot['title'], 'title')]
    for x, kind, words in ((18, 'base', 'base'), (78, 'patched', 'patched')):
        out += ['<rect x="%d" y="41" width="11" height="11" class="%s"/>' % (x, kind), text(x + 16, 51, words)]
    out.append(text(18, 70, 'column: median of the boots; bar: from the least to the most', 'soft'))
    for number, panel in enumerate(plot['panels']):
        out.append('<g transform="translate(%d %d)">' % (number % columns * WIDTH, HEAD + number // columns * HEIGHT))
        out += draw(panel, figures, plot['xlabel']) + ['</g>']
    return '\n'.join(out + ['</svg>']) + '\n'
