# SPDX-License-Identifier: GPL-2.0
"""From the guest runs of ./bench to figures: one value of each boot, then median, least and most of them."""
import itertools
import operator
import os
import statistics
import benchplan
import rundir
from common import Trouble

KERNELS = ('base', 'patched')
AGGREGATE = {'median': statistics.median, 'first': lambda v: v[0], 'last': lambda v: v[-1], 'min': min, 'max': max,
             'sum': sum}
COMPARE = {'<=': operator.le, '>=': operator.ge, '<': operator.lt, '>': operator.gt, '==': operator.eq}


def read(place, series, plan, runs, rules):
    """Every guest run of the plan: {(kernel, job, boot): output}, what went wrong, {kernel: {configuration: meta}}."""
    texts, trouble, metas = {}, [], {k: {} for k in KERNELS}
    for (config, profile, number), kernel in itertools.product(benchplan.boots(plan, runs), KERNELS):
        side = series + ('@base' if kernel == 'base' else '')
        path = os.path.join(place, '%s.%d' % (kernel, number), '%s-%s-%s' % (side, config, profile))
        if not os.path.isdir(path):
            trouble.append('%s: was not booted' % os.path.relpath(path))
            continue
        result, output = rundir.load(path, rules)
        guest, found = result['guest'], []
        if guest['state'] != 'done':
            found.append('the guest %s: %s' % (guest['state'], guest['reason']))
        for test in result['tests']:
            found += ['%s took too long' % test['id']] if test['rc'] == 124 else []
            found += ['%s: %s' % (test['id'], s['text']) for s in test['splats'][:1]]
            texts[kernel, test['id'], number] = output.get(test['id'], '')
        found += ['%s: %s' % (s['id'], s['text']) for s in result['other_splats'][:1]]
        trouble += ['%s (%s %s, boot %d): %s' % (kernel, config, profile, number, text) for text in found]
        meta = metas[kernel].setdefault(config, result['meta'])
        if result['meta'].get('kernel_commit') != meta.get('kernel_commit'):
            raise Trouble(path, 'another kernel than in the boots before', 'RESTART=1 ./bench')
    return texts, trouble, metas


def value_of(figure, text):
    """The value that one boot gives, or None."""
    try:
        found = [float(v) * float(figure.get('scale', 1)) for v in figure['match'].findall(text)]
    except ValueError:
        return None
    return AGGREGATE[figure['of']](found) if found else None


def expected(plan, ident, runs):
    """How many boots should give a value."""
    figure = plan['figure'][ident]
    if 'quotient' in figure:
        return min(expected(plan, i, runs) for i in figure['quotient'])
    return benchplan.runs_of(plan['job'][figure['job']], runs)


def measure(plan, texts, runs):
    """{figure: {kernel: {boot: value}}}. A quotient is that of each boot that has both of its figures."""
    values = {}
    for ident, figure in plan['figure'].items():
        values[ident] = {}
        for kernel in KERNELS:
            if 'quotient' in figure:
                above, below = (values[i][kernel] for i in figure['quotient'])
                found = {n: above[n] / below[n] for n in above if below.get(n)}
            else:
                found = {n: value_of(figure, texts.get((kernel, figure['job'], n), ''))
                         for n in range(1, expected(plan, ident, runs) + 1)}
            values[ident][kernel] = {n: v for n, v in found.items() if v is not None}
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
    if len(sides) == 2:
        # Nothing per nothing: as good as before.
        sides['patched/base'] = sides['patched'] / sides['base'] if sides['base'] else (sides['patched'] != 0) + 1
    return COMPARE[goal['is']](sides[goal['of']], goal['than']) if goal['of'] in sides else None


def missing(plan, ident, figure, runs):
    """Where a figure lacks values, in words; empty when it is whole."""
    want = expected(plan, ident, runs)
    have = {k: len(figure[k]['runs']) if figure[k] else 0 for k in KERNELS}
    if plan['figure'][ident].get('base') == 'no':
        del have['base']
    return '; '.join('%s: %d of %d boots gave a value' % (k, n, want) for k, n in have.items() if n < want)


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
