# SPDX-License-Identifier: GPL-2.0
"""Known skips and failures (expect files, docs/ARCHITECTURE.md), and the verdict on a program in their light."""
import fnmatch
import os
import re
import subprocess
from collections import namedtuple
from common import ROOT, Trouble, read_text
from verdict import BAD, and_more

Entry = namedtuple('Entry', 'id pattern status maybe configs reason where')
REPEAT = re.compile(r' ~\d+$')
CONFIGS = ('lean', 'debug')
LINE = re.compile(r'^(\S+)\s+("[^"]*"|\S+)\s+(\S+)\s+(\S+)\s+(\S.*)$')


def needs(series, root=ROOT):
    """The series and what it needs, in the order of the file `stack`."""
    order = subprocess.run([os.path.join(root, 'harness/source/order'), series], capture_output=True, text=True)
    return order.stdout.split() if order.returncode == 0 else [series]  # results of a series that is gone


def files(series, root=ROOT):
    """Those of a series; that of the upstream suites first. The base has no other, whatever its selftests."""
    names = [] if series.endswith('@base') else needs(series, root)
    return [os.path.join(root, place, 'expect') for place in ['guest/suites'] + ['series/' + name for name in names]]


def load(paths):
    """Read expect files in order; the later ones may take back what the earlier ones said."""
    entries = []
    for path in filter(os.path.exists, paths):
        for number, line in enumerate(read_text(path, '').splitlines(), 1):
            if line.strip() and not line.lstrip().startswith('#'):
                add(entries, line.strip(), '%s:%d' % (path.replace(ROOT + os.sep, ''), number))
    return entries


def add(entries, line, where):
    if not (match := LINE.match(line)):
        raise Trouble(where, 'not an expect line', 'write: ID SUBTEST-PATTERN STATUS CONFIGS reason')
    ident, pattern, status, configs, reason = match.groups()
    maybe = status.endswith('?')
    status = status.rstrip('?')
    if status not in ('skip', 'fail', 'timeout', 'pass'):
        raise Trouble(where, 'unknown status "%s"' % status, 'use skip, fail, timeout or pass')
    pattern = pattern.strip('"')
    configs = CONFIGS if configs == '*' else tuple(configs.split(','))
    if not set(configs) <= set(CONFIGS):
        raise Trouble(where, 'unknown configuration "%s"' % ','.join(configs), 'use lean, debug, lean,debug or *')
    if status == 'pass':
        entries[:] = [e._replace(configs=tuple(c for c in e.configs if c not in configs))
                      if (e.id, e.pattern) == (ident, pattern) else e for e in entries]
        return
    entries.append(Entry(ident, pattern, status, maybe, configs, reason, where))


def matching(entries, ident, config):
    return [e for e in entries if config in e.configs and fnmatch.fnmatchcase(ident, e.id)]


def hits(pattern, name):
    """A pattern means every sub-test of that name, also the repeated ones (NAME ~2)."""
    return fnmatch.fnmatchcase(name, pattern) or fnmatch.fnmatchcase(REPEAT.sub('', name), pattern)


class Judge:
    """Holds one program's result against its entries. `red` = reasons why it is not as expected."""

    def __init__(self, test, entries, config):
        self.test = test
        entries = matching(entries, test['id'], config)
        self.whole = [e for e in entries if e.pattern == '-']
        self.parts = [e for e in entries if e.pattern != '-']
        self.red, self.reasons, self.used = [], [], set()

    def covered(self, status, entries):
        """Is there an entry of that status? Its reason goes into the note."""
        reasons = [e.reason for e in entries if e.status == status]
        self.reasons += reasons[:1]
        return bool(reasons)

    def subtests(self):
        """Returns whether every sub-test that did not pass is expected by an entry of its own."""
        status, clean = self.test['status'], True
        for name, result in self.test['subtests']:
            entries = [e for e in self.parts if hits(e.pattern, name)]
            self.used.update(entries)
            # The word of an expect file, or None if it needs no entry.
            word = 'fail' if result in BAD else 'skip' if result == 'skip' else None
            if word is None:
                self.red += ['passed, but %s is expected (%s): %s' % (e.status, e.where, name)
                             for e in entries if result == 'pass' and not e.maybe]
            elif not self.covered(word, entries):
                clean = False
                whole = any(e.status == status for e in self.whole) and (status, word) != ('timeout', 'fail')
                if not whole and (status, word) != ('skip', 'skip'):
                    self.red.append('%s: %s' % ('unexpected skip' if word == 'skip' else 'failed', self.full(name)))
        return clean

    def full(self, name):
        """A sub-test with what it said about its outcome."""
        detail = self.test.get('details', {}).get(name)
        return '%s (%s)' % (name, detail) if detail else name

    def program(self, clean):
        status, test = self.test['status'], self.test
        if status == 'pass':
            self.red += ['passed, but %s is expected (%s)' % (e.status, e.where) for e in self.whole if not e.maybe]
        if status in ('pass', 'fail') and test['subtests']:
            self.red += ['no sub-test matches %s (%s)' % (e.pattern, e.where)
                         for e in self.parts if e not in self.used and not e.maybe]
        if status == 'pass' or self.covered(status, self.whole):
            return
        if status == 'fail' and not test['problems']:
            return          # its sub-tests tell
        if status == 'skip' and test['subtests'] and clean:
            return
        text = '; '.join(test['problems'])
        if status == 'skip':
            text = 'unexpected skip: ' + (self.full(test['subtests'][0][0]) if test['subtests'] else 'exit code 4')
        self.red.insert(0, text or status)


def apply(test, entries, config):
    """Add 'red', 'verdict' (ok, known or RED) and 'note' to a test."""
    judge = Judge(test, entries, config)
    judge.program(judge.subtests())
    red = judge.red + ['%s: %s' % (s['kind'], s['text']) for s in test['splats']]
    test['red'] = red
    test['verdict'] = 'RED' if red else 'ok' if test['status'] == 'pass' else 'known'
    test['note'] = and_more(red) if red else '; '.join(dict.fromkeys(judge.reasons))
    return test
