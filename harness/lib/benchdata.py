# SPDX-License-Identifier: GPL-2.0
"""From the guest runs of ./bench to figures: one value of each boot, then median, least and most of them."""
import os
import statistics
import benchplan
import rundir
from common import Trouble

KERNELS = ('base', 'patched')
AGGREGATE = {'median': statistics.median, 'first': lambda v: v[0], 'last': lambda v: v[-1], 'min': min, 'max': max,
             'sum': sum}
COMPARE = {'<=': lambda a, b: a <= b, '>=': lambda a, b: a >= b, '<': lambda a, b: a < b, '>': lambda a, b: a > b,
           '==': lambda a, b: a == b}


def run_path(place, series, kernel, config, profile, number):
    side = series if kernel == 'patched' else series + '@base'
    return os.path.join(place, '%s.%d' % (kernel, number), '%s-%s-%s' % (side, config, profile))


class Boots:
    """Every guest run of the plan: the output of its jobs, and what went wrong."""

    def __init__(self, place, series, plan, runs, rules):
        self.texts, self.trouble, self.meta = {}, [], {k: {} for k in KERNELS}
        for config, profile, number in benchplan.boots(plan, runs):
            for kernel in KERNELS:
                self.read(run_path(place, series, kernel, config, profile, number), kernel, number, rules)

    def read(self, path, kernel, number, rules):
        if not os.path.isdir(path):
            self.trouble.append('%s: was not booted' % os.path.relpath(path))
            return
        result, texts = rundir.load(path, rules)
        where = '%s (%s %s, boot %d)' % (kernel, result['config'], result['profile'], number)
        if result['guest']['state'] != 'done':
            self.trouble.append('%s: the guest %s: %s' % (where, result['guest']['state'], result['guest']['reason']))
        for test in result['tests']:
            if test['rc'] == 124:
                self.trouble.append('%s: %s took too long' % (where, test['id']))
            self.trouble += ['%s: %s: %s' % (where, test['id'], s['text']) for s in test['splats'][:1]]
            self.texts[kernel, test['id'], number] = texts.get(test['id'], '')
        self.trouble += ['%s: %s: %s' % (where, s['id'], s['text']) for s in result['other_splats'][:1]]
        self.meta[kernel].setdefault(result['config'], result['meta'])
        if result['meta'].get('kernel_commit') != self.meta[kernel][result['config']].get('kernel_commit'):
            raise Trouble(path, 'another kernel than in the boots before', 'RESTART=1 ./bench')


def value_of(figure, text):
    """The value that one boot gives, or None."""
    try:
        found = [float(v) * float(figure.get('scale', 1)) for v in figure['match'].findall(text)]
    except ValueError:
        return None
    return AGGREGATE[figure['of']](found) if found else None


def quotient(values, figure, kernel):
    """Boot by boot; a boot that lacks one of the two gives nothing."""
    above, below = (values[i][kernel] for i in figure['quotient'])
    return {n: above[n] / below[n] for n in above if below.get(n)}


def measure(plan, boots, runs):
    """{figure: {kernel: {boot: value}}}"""
    values = {}
    for ident, figure in plan['figure'].items():
        values[ident] = {}
        for kernel in KERNELS:
            if 'quotient' in figure:
                values[ident][kernel] = quotient(values, figure, kernel)
                continue
            job = plan['job'][figure['job']]
            one = {n: value_of(figure, boots.texts.get((kernel, figure['job'], n), ''))
                   for n in range(1, benchplan.runs_of(job, runs) + 1)}
            values[ident][kernel] = {n: v for n, v in one.items() if v is not None}
    return values


def summary(samples):
    """{'runs': [...], 'median', 'min', 'max'} of {boot: value}, None if there is none."""
    if not samples:
        return None
    runs = [samples[n] for n in sorted(samples)]
    return {'runs': runs, 'median': statistics.median(runs), 'min': min(runs), 'max': max(runs)}


def judge(goal, figure):
    """Is a goal met? None when there is nothing to judge by."""
    sides = {k: figure[k]['median'] for k in KERNELS if figure[k]}
    if goal['of'] == 'patched/base':
        if len(sides) < 2:
            return None
        # Nothing per nothing: as good as before.
        value = sides['patched'] / sides['base'] if sides['base'] else float(sides['patched'] != 0) + 1
    elif goal['of'] not in sides:
        return None
    else:
        value = sides[goal['of']]
    return COMPARE[goal['is']](value, goal['than'])


def expected(plan, ident, runs):
    """How many boots should have given a value."""
    figure = plan['figure'][ident]
    if 'quotient' in figure:
        return min(expected(plan, i, runs) for i in figure['quotient'])
    return benchplan.runs_of(plan['job'][figure['job']], runs)


def missing(plan, ident, figure, runs):
    """Where a figure lacks values, in words; empty when it is whole."""
    found = []
    for kernel in KERNELS:
        if kernel == 'base' and plan['figure'][ident].get('base') == 'no':
            continue
        have, want = len(figure[kernel]['runs']) if figure[kernel] else 0, expected(plan, ident, runs)
        if have < want:
            found.append('%s: %d of %d boots gave a value' % (kernel, have, want))
    return '; '.join(found)


def figures(plan, values, runs):
    """What goes into figures.json, one entry for each figure."""
    out = []
    for ident, given in plan['figure'].items():
        entry = {'id': ident, 'what': given['what'], 'unit': given['unit'], 'better': given['better']}
        entry.update({k: summary(values[ident][k]) for k in KERNELS})
        if 'quotient' in given:
            entry['quotient'] = given['quotient']
        else:
            job = plan['job'][given['job']]
            entry.update(job=given['job'], config=job['config'], profile=job['profile'], command=job['command'])
        entry['goals'] = [{'text': g['text'], 'judged': judged, 'met': judge(g, entry)}
                          for key, judged in (('goal', True), ('target', False)) for g in given[key]]
        entry['missing'] = missing(plan, ident, entry, runs)
        out.append(entry)
    return out
