# SPDX-License-Identifier: GPL-2.0
"""report-cases.py COMMAND ARGUMENT... - what harness/lib makes of fixtures/report, for report-cases-test."""
import sys
from pathlib import Path
import difference
import expect
import recorded
import splat
import verdict
from common import Trouble


def cases(path):
    """Each block of the file: its name, the expect entries that it gives, and its other lines as (word, rest)."""
    for block in ('\n' + Path(path).read_text()).split('\ncase ')[1:]:
        name, *lines = block.splitlines()
        print('case', name)
        Path('expect').write_text(''.join(line + '\n' for line in lines if line.startswith('mm/')))
        try:
            entries = expect.load(['expect', 'no-such-file'])
        except Trouble as trouble:
            print(trouble)
            continue
        yield entries, [line.partition(' ')[::2] for line in lines if not line.startswith('mm/')]


def parse(folder):
    """The parser and the verdict on one program: files NAME.EXITCODE.txt, then two that were killed."""
    runs = [(path.stem, path, int(path.stem.rpartition('.')[2])) for path in sorted(Path(folder).glob('*.txt'))]
    # A program that timeout had to kill ends with 137; before its limit that is a plain death.
    runs.append(('killed-at-limit', Path(folder, 'timeout.124.txt'), 137, 30.0, 30.0))
    runs.append(('killed-early', Path(folder, 'no-tap-pass.0.txt'), 137, 2.0, 30.0))
    for name, path, *numbers in runs:
        with open(path, newline='') as file:
            out = verdict.judge(file.read(), *numbers)
        print('case', name)
        print('status', out['status'])
        for text in out['problems']:
            print('problem', text)
        for sub, status in out['subtests']:
            print('%-5s %s' % (status, sub), '|', out['details'].get(sub, '-'))


def expected(path):
    for entries, lines in cases(path):
        test = {'id': 'mm/x', 'subtests': [], 'splats': [], 'problems': []}
        for word, rest in lines:
            if word == 'status':
                test['status'], _, problem = rest.partition(' ')
                test['problems'] = [problem] if problem else []
            else:
                test['subtests'].append([rest, word])
        expect.apply(test, entries, 'lean')
        print(test['verdict'], '|', test['note'])
        for reason in test['red']:
            print('red', reason)


def compare(path):
    for entries, lines in cases(path):
        sides = {}
        for word, rest in lines:
            if word in ('base', 'now'):
                side = sides[word] = {'status': rest, 'list': [], 'splats': []}
            elif word == 'splat':
                side['splats'].append(rest)
            else:
                side['list'].append([rest, word])
        for side in sides.values():
            side['names'] = recorded.names(side['list'])
        diff = difference.Difference('mm/x', sides['base'], sides['now'], entries, 'lean')
        print(difference.summary(sides['base']), difference.summary(sides['now']), diff.verdict(), diff.note(), sep=' | ')
        for text in diff.red:
            print('red', text)


def scan(rules, log):
    try:
        deny, allow = splat.load(rules)
    except Trouble as trouble:
        sys.exit(str(trouble))
    text = Path(log).read_text()
    found, marks = splat.scan(text, (deny, allow))
    for s in found:
        print('%-20s %-10s line %d: %s' % (s['id'], s['kind'], s['line'], s['text']))
    print(len(found), 'splats,', len(marks), 'markers')
    return text, deny, allow, found


def kinds(rules, log):
    """Every job of the log holds a fault, none may be missed; and without any one deny rule the scan finds something else."""
    text, deny, allow, found = scan(rules, log)
    jobs = {line.partition('@@ begin ')[2] for line in text.splitlines()} - {''}
    for job in sorted(jobs - {s['id'] for s in found}):
        print('missed', job)
    for n, rule in enumerate(deny):
        if splat.scan(text, (deny[:n] + deny[n + 1:], allow))[0] == found:
            print('idle', rule[1].pattern)


def files(*names):
    """Which expect files apply to these series of the repository `repo`."""
    for name in names:
        print(name, *expect.files(name, 'repo'))


COMMANDS = {'parse': parse, 'expect': expected, 'compare': compare, 'splat': scan, 'kinds': kinds, 'files': files}
COMMANDS[sys.argv[1]](*sys.argv[2:])
