# SPDX-License-Identifier: GPL-2.0
"""Sub-tests of selftest programs that count them but print no TAP.

khugepaged        "Run test: NAME (CONTEXT:MEMORY)", then steps that end with OK, Fail, Timeout or Skip.
                  Its exit code is the NUMBER of failed steps, so 4 failures look like a skip.
uffd-unit-tests   "Testing NAME on MEMORY... done|skipped [reason: ...]|failed [reason: ...]" and a last
                  line with its own count.
Both are recognised by their output, not by their name. Each function returns None if it does not apply,
else (sub-tests, problems).
"""
import re
from tapline import clean

RUN = re.compile(r'^Run test: (.+)$')
STEP_FAIL = re.compile(r'\.\.\.\s*(Fail\b.*|Timeout\b.*)$')
STEP_SKIP = re.compile(r'\.\.\.\s*Skip\s*$')
UFFD = re.compile(r'Testing (.+?)\.\.\. (?:.*?)(done|skipped \[reason: .*|failed \[reason: .*)$')
UFFD_OPEN = re.compile(r'Testing (.+?)\.\.\. ')
UFFD_STATUS = {'d': 'pass', 's': 'skip', 'f': 'fail'}
UFFD_END = re.compile(r'^Userfaults unit tests: pass=(\d+), skip=(\d+), fail=(\d+) \(total=(\d+)\)')


def khugepaged(lines, rc):
    subtests, steps = [], 0
    for line in lines:
        if run := RUN.match(line):
            subtests.append([run.group(1), 'pass'])
        elif subtests and STEP_FAIL.search(line):
            subtests[-1][1] = 'fail'
            steps += 1
        elif subtests and STEP_SKIP.search(line) and subtests[-1][1] == 'pass':
            subtests[-1][1] = 'skip'
    if not subtests:
        return None
    problems = []
    if rc != 124 and rc != steps % 256:
        problems.append('exit code %d, but %d failed steps were printed' % (rc, steps))
    return subtests, problems


def uffd_unit_tests(lines, rc):
    subtests, said, pending = [], None, None
    for line in lines:
        if end := UFFD_END.match(line):
            said = [int(n) for n in end.groups()]
        elif test := UFFD.search(line):
            subtests.append([test.group(1), UFFD_STATUS[test.group(2)[0]]])
            pending = None
        elif opened := UFFD_OPEN.search(line):
            pending = opened.group(1)
        elif pending and re.match(r'(done|skipped|failed)\b', line):
            subtests.append([pending, UFFD_STATUS[line[0]]])
            pending = None
    if not subtests:
        return None
    problems = []
    if pending:
        problems.append('"%s" was begun and never ended' % pending)
    seen = [sum(s == k for _, s in subtests) for k in ('pass', 'skip', 'fail')]
    if said is None and rc != 124:
        problems.append('truncated: its last line with the count is missing')
    elif said and said != seen + [len(subtests)]:
        problems.append('totals disagree: said pass, skip, fail, all = %s, seen %s' % (said, seen + [len(subtests)]))
    return subtests, problems


def parse(text, rc):
    """(sub-tests, problems) by the first dialect that applies, or None."""
    lines = [clean(line) for line in text.split('\n')]
    return khugepaged(lines, rc) or uffd_unit_tests(lines, rc)
