# SPDX-License-Identifier: GPL-2.0
"""Compare tests with their recorded base results. Worse is red, better is noted."""
import collections
import fnmatch
import re
from expect import hits, matching
from verdict import BAD, and_more, count

HEAD = ('id', 'base p/f/x/s', 'now p/f/x/s', 'verdict', 'note')


def rank(status):
    """pass > xfail > skip > every way to fail."""
    return {'pass': 3, 'xfail': 2, 'skip': 1}.get(status, 0)


def word(status):
    return 'failure' if status in BAD or status in ('timeout', 'died', 'hung', 'noend', 'notrun') else status


def expected_word(status):
    """The status as an expect file would call it."""
    return status if status in ('skip', 'timeout', 'lost', 'pass') else 'fail'


def under_base_names(before, after):
    """`after`, where a sub-test whose name holds a count, of pages or of faults, has the name that it had on
    the base: of those that only one side has, one of each side that are the same but for their numbers."""
    def shapes(names, others):
        out = {}
        for name in names:
            if name not in others:
                out.setdefault(re.sub(r'[0-9]+', '#', name), []).append(name)
        return out
    lost, new = shapes(before, after), shapes(after, before)
    names = {found[0]: lost[shape][0] for shape, found in new.items()
             if len(found) == 1 and len(lost.get(shape, [])) == 1}
    return {names.get(name, name): status for name, status in after.items()}


class Difference:
    """`red` and `better` are lists of texts; `new` counts sub-tests that the base did not have."""

    def __init__(self, ident, base, now, entries, config):
        self.entries = matching(entries, ident, config)
        self.red, self.better, self.noted, self.new = [], [], [], 0
        self.told = False
        self.now = now['status']
        self.subtests(base, now)
        # Sub-tests that got worse explain why the program did; it is not charged twice.
        if not self.told or self.now not in ('fail', 'skip'):
            self.program(base['status'], now['status'])
        for kind in sorted(set(now.get('splats', [])) - set(base.get('splats', []))):
            self.red.append('new splat: ' + kind)

    def worse(self, text, name, status):
        """Red, unless an expect line with `?` says that it may happen."""
        self.told = True
        for entry in self.entries:
            if entry.pattern == '-':
                hit = entry.status == expected_word(self.now)
            else:
                hit = name is not None and entry.status == expected_word(status) and hits(entry.pattern, name)
            if entry.maybe and hit:
                self.noted.append('%s (may happen: %s)' % (text, entry.reason))
                return
        self.red.append(text)

    def program(self, base, now):
        if base == now:
            return
        text = 'new %s of the program (base: %s, now: %s)' % (word(now), base, now)
        if now == 'skip' or rank(now) < rank(base):
            self.worse(text, None, now)
        elif rank(now) > rank(base):
            self.better.append('program: %s, was %s' % (now, base))
        elif now in ('died', 'hung', 'noend', 'notrun') or (base == 'fail' and now == 'timeout'):
            self.worse(text, None, now)
        else:
            self.noted.append('program: %s, was %s' % (now, base))

    def subtests(self, base, now):
        before = base['names']
        after = under_base_names(before, now['names'])
        for name, old in before.items():
            status = after.get(name)
            if status is None:
                text = 'lost sub-test: %s (base: %s)' % (name, old)
                if old == 'skip' and any(n.startswith(name + ': ') for n in after):
                    self.better.append('%s: no longer skipped' % name)  # its parts are judged below
                elif base['status'] == 'timeout' and now['status'] == 'timeout':
                    self.noted.append(text)     # both were cut off, at whatever point
                else:
                    self.worse(text, name, 'lost')
            elif rank(status) < rank(old) or (status == 'skip' and rank(old) == 0):
                self.worse('new %s: %s (base: %s)' % (word(status), name, old), name, status)
            elif rank(status) > rank(old):
                self.better.append('%s: %s, was %s' % (name, status, old))
        for name, status in after.items():
            if name in before:
                continue
            self.new += 1
            if status == 'xfail':
                self.noted.append('new sub-test, %s: %s' % (status, name))
            elif status != 'pass':
                self.worse('new %s: %s (not on the base)' % (word(status), name), name, status)

    def verdict(self):
        return 'RED' if self.red else 'better' if self.better else 'same'

    def note(self):
        texts = self.red or self.better or self.noted
        new = ['%d new sub-tests' % self.new] if self.new and not self.red else []
        return '; '.join(([and_more(texts)] if texts else []) + new)


def summary(entry):
    """One cell: the status, and how many sub-tests passed, failed, failed as known, were skipped."""
    if not entry['names']:
        return entry['status']
    return '%s %s' % (entry['status'], '/'.join(str(n) for n in count(entry['names'].items()).values()))


def rows(base, now, entries, config, pattern='*'):
    """(table rows, {id: red texts}, numbers per verdict) of two {id: status, names and splats} (recorded.py)"""
    out, red, numbers = [], {}, collections.Counter()
    for ident, test in now.items():
        if not fnmatch.fnmatchcase(ident, pattern):
            continue
        if ident not in base:
            numbers['new'] += 1
            out.append([ident, '-', summary(test), 'new', 'not on the base'])
            continue
        diff = Difference(ident, base[ident], test, entries, config)
        numbers[diff.verdict()] += 1
        if diff.red:
            red[ident] = diff.red
        out.append([ident, summary(base[ident]), summary(test), diff.verdict(), diff.note()])
    return out, red, numbers
