# SPDX-License-Identifier: GPL-2.0
"""Parse the TAP/KTAP output of one selftest program.

TAP 13/14 and KTAP 1; any number of documents after one another (a job may run several programs); nesting by four blanks
or by "# "; plan before or after the results; text of the program, of the kernel log (with time stamp) and carriage
returns in between.

The kernel's own tools/testing/kunit/kunit_parser.py (6.12) does not fit what selftests print: it loses "ok 2 # SKIP
reason" and "ok 3 # XFAIL reason", the form of ksft_test_result_skip(), does not know XFAIL, XPASS, "# error" and
"# Totals:", finds no test without a version line, and does not take "# " for nesting.
"""
import collections
from tapline import BAIL, KUNIT, NEST, PLAN, RESULT, RUN, TOTALS, VERSION, Result, clean, name_all, result_of

COUNTS = ('pass', 'fail', 'xfail', 'xpass', 'skip', 'error')


class Block:
    """One level of one document: its plan and its results so far."""

    def __init__(self):
        self.plan = None
        self.skip_all = None    # reason given with "1..0 # SKIP"
        self.results = []
        self.run = None         # (number, NAME) of the last "# [RUN] NAME"


class Parser:
    """Feed lines; `open` holds the levels that are not complete yet."""

    def __init__(self):
        self.open = {}
        self.problems = []
        self.subtests = []
        self.tap = False
        self.details = {}
        self.names = set()

    def block(self, depth):
        return self.open.setdefault(depth, Block())

    def ended(self, depth):
        """(level, block) of all levels at or below depth, the deepest first; they are not open any more."""
        for level in sorted((d for d in self.open if d >= depth), reverse=True):
            block = self.open.pop(level)
            if block.plan is None:
                self.problems.append('no plan: %d results, the program may have stopped early' % len(block.results))
            elif block.plan != len(block.results):
                self.problems.append('plan %d, but %d results' % (block.plan, len(block.results)))
            yield level, block

    def close(self, depth):
        """Close all levels at or below depth; the results of the top level become sub-tests."""
        for level, block in self.ended(depth):
            if level and any(d < level for d in self.open):
                self.problems.append('truncated: %d nested results without their parent line' % len(block.results))
            elif not block.results and block.skip_all is not None:
                self.add(block.skip_all or 'everything', Result('', 'skip', '', 0))
            self.flatten(block.results, '')

    def flatten(self, results, prefix):
        name_all(results)
        for result in results:
            name, children = prefix + result.name, result.children
            bad = any(c.status in ('fail', 'error', 'xpass') for c in children or ())
            if children and bad and result.status in ('pass', 'skip'):
                self.problems.append('"%s" is reported %s although a nested result failed' % (result.name, result.status))
            if not children or (result.status == 'fail' and not bad):
                self.add(name, result)
            self.flatten(children or [], name + ': ')

    def add(self, name, result):
        """A sub-test under a name of its own."""
        unique, number = name, 1
        while unique in self.names:
            number += 1
            unique = '%s ~%d' % (name, number)
        self.names.add(unique)
        self.subtests.append([unique, result.status])
        if result.detail and result.status != 'pass':
            self.details[unique] = result.detail

    def feed(self, raw):
        line = clean(raw)
        prefix, text = NEST.match(line).groups()
        depth = len(prefix.replace('\t', '    ').replace('# ', '    ')) // 4
        if match := TOTALS.match(line):
            self.totals([int(n) for n in match.groups()])
        elif (match := RUN.match(line)) and 0 in self.open:
            block = self.open[0]
            block.run = (block.run[0] + 1 if block.run else 1, match.group(1).strip())
        elif match := BAIL.match(line):
            self.problems.append('Bail out! ' + match.group(1).strip())
        elif VERSION.match(text):
            self.tap = True
            self.close(depth)
            self.block(depth)
        elif match := PLAN.match(text):
            self.tap = True
            if depth in self.open and self.open[depth].plan is not None:
                self.close(depth)
            block = self.block(depth)
            block.plan = int(match.group(1))
            if match.group(2) is not None:
                block.skip_all = match.group(2).strip()
        elif match := RESULT.match(text):
            self.tap = True
            self.result(depth, match)
        # KUnit gives no plan for the parameters of a case, it counts them afterwards.
        elif (match := KUNIT.match(text)) and depth in self.open and self.open[depth].plan is None:
            self.open[depth].plan = int(match.group(1))

    def result(self, depth, match):
        children = None
        for _, block in self.ended(depth + 1):
            children = block.results + (children or [])
        block = self.block(depth)
        result = result_of(match)
        result.children, result.run = children, block.run
        if result.number != len(block.results) + 1:
            self.problems.append('result %d where %d was due' % (result.number, len(block.results) + 1))
        block.results.append(result)

    def totals(self, numbers):
        """The program's own count must agree with what was seen since the document began."""
        block = self.open.get(min(self.open)) if self.open else Block()
        seen = collections.Counter(result.status for result in block.results)
        wrong = ['%s %d/%d' % (c, n, seen[c]) for c, n in zip(COUNTS, numbers) if n != seen[c]]
        if wrong:
            self.problems.append('totals disagree (said/seen): ' + ', '.join(wrong))


def parse(text):
    """Return {'tap', 'subtests': [[name, status]], 'problems': [text], 'details': {name: text of what did not pass}}."""
    parser = Parser()
    for line in text.split('\n'):
        parser.feed(line)
    parser.close(0)
    return {'tap': parser.tap, 'subtests': parser.subtests, 'problems': parser.problems, 'details': parser.details}
