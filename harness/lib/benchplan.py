# SPDX-License-Identifier: GPL-2.0
"""What ./bench measures: the files series/NAME/bench, read and checked (docs/ARCHITECTURE.md)."""
import configparser
import fnmatch
import os
import re
from common import ROOT, Trouble
from expect import needs

KEYS = {'job': {'profile', 'config', 'seconds', 'command', 'runs'},
        'figure': {'job', 'what', 'unit', 'better', 'match', 'of', 'scale', 'quotient', 'goal', 'target', 'base'},
        'plot': {'title', 'x', 'xlabel'}}
MUST = {'job': {'profile', 'config', 'seconds', 'command'}, 'figure': {'what', 'unit', 'better'}, 'plot': KEYS['plot']}
GOAL = re.compile(r'^(patched/base|patched|base) (<=|>=|<|>|==) (-?\d+(?:\.\d+)?)$')
OF = ('median', 'first', 'last', 'min', 'max', 'sum')
HELP = 'see docs/ARCHITECTURE.md, "Figures of a series"'


def wrong(path, section, cause):
    raise Trouble('%s [%s]' % (path, section), cause, HELP)


def profiles():
    """{name: threading of the emulator} of guest/profiles; the shell has profile_field, a process for each value."""
    with open(os.path.join(ROOT, 'guest', 'profiles'), encoding='utf-8') as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith('#')]
    return {row[0]: row[3] for row in rows}


def expand(name, keys):
    """[(name, keys)]: a section for every combination of its keys "for X = A B", with A or B in the place of {X}."""
    made = [(name, {k: v for k, v in keys.items() if not k.startswith('for ')})]
    for key in (k for k in keys if k.startswith('for ')):
        mark = '{%s}' % key[4:]
        made = [(n.replace(mark, value), {k: v.replace(mark, value) for k, v in rest.items()})
                for n, rest in made for value in keys[key].split()]
    return made


def goals(path, section, text):
    found = []
    for part in filter(None, (p.strip() for p in (text or '').split(';'))):
        if not (match := GOAL.match(part)):
            wrong(path, section, '"%s" is not like "patched <= 0.01" or "patched/base <= 1.005"' % part)
        found.append({'text': part, 'of': match.group(1), 'is': match.group(2), 'than': float(match.group(3))})
    return found


def check_job(path, section, job, _):
    if job['profile'] not in profiles():
        wrong(path, section, 'unknown profile %s' % job['profile'])
    if job['config'] not in ('lean', 'debug'):
        wrong(path, section, 'config is lean or debug, not %s' % job['config'])
    if not re.match(r'^[a-z0-9-]+/\S+$', section.split(' ', 1)[1]):
        wrong(path, section, 'the ID is not FOLDER/NAME, FOLDER being one of the selftests')
    for key in ('seconds', 'runs'):
        if key in job and not re.match(r'^[1-9]\d*$', job[key]):
            wrong(path, section, '%s = %s is not a number' % (key, job[key]))
    job['command'] = ' '.join(job['command'].split())


def check_figure(path, section, figure, plan):
    if figure['better'] not in ('lower', 'higher', 'equal'):
        wrong(path, section, 'better is lower, higher or equal, not %s' % figure['better'])
    figure['goal'] = goals(path, section, figure.get('goal'))
    figure['target'] = goals(path, section, figure.get('target'))
    if 'quotient' in figure:
        figure['quotient'] = figure['quotient'].split()
        unknown = [i for i in figure['quotient'] if i not in plan['figure']]
        if unknown or len(figure['quotient']) != 2:
            wrong(path, section, 'quotient names two figures that stand above it')
        return
    if figure.get('job') not in plan['job']:
        wrong(path, section, 'unknown job %s' % figure.get('job'))
    try:
        figure['match'] = re.compile(figure.get('match', ''), re.M)
    except re.error as error:
        wrong(path, section, 'bad regular expression: %s' % error)
    if figure['match'].groups != 1:
        wrong(path, section, 'match needs one group, the value')
    if figure.setdefault('of', 'median') not in OF:
        wrong(path, section, 'of is one of %s' % ' '.join(OF))


def check_plot(path, section, plot, plan):
    plot['panels'] = []
    for key in [k for k in plot if k.startswith('panel ')]:
        title, unit, ident, scale = ([p.strip() for p in plot.pop(key).split('|')] + ['', '', ''])[:4]
        if scale not in ('', 'log'):
            wrong(path, section, 'the scale of a panel is log, or nothing')
        points = [(x, ident.replace('{x}', x)) for x in plot['x'].split()]
        lost = [i for _, i in points if i not in plan['figure']]
        if lost:
            wrong(path, section, 'unknown figure "%s"' % lost[0])
        plot['panels'].append({'title': title, 'unit': unit, 'points': points, 'log': scale == 'log'})
    if not plot['panels']:
        wrong(path, section, 'has no panel')


CHECKS = {'job': check_job, 'figure': check_figure, 'plot': check_plot}


def read_sections(path):
    """[(kind, name, keys)] of one file, expanded."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=('=',), comment_prefixes=('#',),
                                       empty_lines_in_values=False)
    parser.optionxform = str
    try:
        with open(path, encoding='utf-8') as file:
            parser.read_file(file)
    except (OSError, configparser.Error) as error:
        raise Trouble(path, ' '.join(str(error).split()), HELP) from None
    found = []
    for section in parser.sections():
        kind, _, name = section.partition(' ')
        if kind not in KEYS or not name:
            wrong(path, section, 'not [job ID], [figure ID] or [plot NAME]')
        found += [(kind, *one) for one in expand(name, dict(parser[section]))]
    return found


def load(series, only='*', root=ROOT):
    """{'job': {id: keys}, 'figure': ..., 'plot': ...} of a series (or stack), figures that match "only"."""
    plan = {kind: {} for kind in KEYS}
    paths = [os.path.join(root, 'series', n, 'bench') for n in (needs(series, root) if series == 'stack' else [series])]
    for path in filter(os.path.exists, paths):
        shown = os.path.relpath(path, root)
        for kind, name, keys in read_sections(path):
            section = '%s %s' % (kind, name)
            if name in plan[kind]:
                wrong(shown, section, 'stands there twice')
            strange = [k for k in keys if k not in KEYS[kind] and not (kind == 'plot' and k.startswith('panel '))]
            missing = sorted(MUST[kind] - set(keys))
            if strange or missing:
                wrong(shown, section, 'unknown key "%s"' % strange[0] if strange else 'lacks "%s"' % missing[0])
            CHECKS[kind](shown, section, keys, plan)
            plan[kind][name] = keys
    if not plan['figure']:
        raise Trouble('SERIES=%s' % series, 'no figures to measure', 'write series/NAME/bench')
    return select(plan, only)


def select(plan, only):
    """Keep the figures that match, what they are made of, and the jobs that they need."""
    figures = {i for i in plan['figure'] if fnmatch.fnmatchcase(i, only)}
    if not figures:
        raise Trouble('FIGURES=%s' % only, 'no figure matches',
                      'use a pattern of: %s' % ' '.join(sorted({i.split('.')[0] for i in plan['figure']})))
    for ident in list(figures):
        figures.update(plan['figure'][ident].get('quotient', []))
    plan['figure'] = {i: f for i, f in plan['figure'].items() if i in figures}
    jobs = {f['job'] for f in plan['figure'].values() if 'job' in f}
    plan['job'] = {i: j for i, j in plan['job'].items() if i in jobs}
    plan['plot'] = {n: p for n, p in plan['plot'].items()
                    if all(i in figures for panel in p['panels'] for _, i in panel['points'])}
    return plan


def runs_of(job, runs):
    """How often a job runs on each kernel: as often as asked for, unless its file gives a number."""
    return int(job.get('runs', runs))


def boots(plan, runs):
    """[(config, profile, round)]: every boot that the jobs need, on each of the two kernels."""
    groups = {}
    for job in plan['job'].values():
        key = (job['config'], job['profile'])
        groups[key] = max(groups.get(key, 0), runs_of(job, runs))
    order = sorted(groups, key=lambda g: g[0] != 'lean')
    return [(*group, n) for group in order for n in range(1, groups[group] + 1)]
