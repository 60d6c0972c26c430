# SPDX-License-Identifier: GPL-2.0
"""Decide what one program did: its exit code, its sub-tests and its own count must agree.

Returned status: pass, fail, skip or timeout. `problems` are faults of the program as a whole, beyond
sub-tests that failed: a missing plan, a count that disagrees, an exit code that nothing explains.

Two programs count sub-tests but print no TAP. They are recognised by their output, not by their name:
khugepaged        "Run test: NAME (CONTEXT:MEMORY)", then steps that end with OK, Fail, Timeout or Skip.
                  Its exit code is the NUMBER of failed steps, so 4 failures look like a skip.
uffd-unit-tests   "Testing NAME on MEMORY... done|skipped [reason: ...]|failed [reason: ...]" and a last
                  line with its own count.
"""
import re
import ktap
from tapline import clean

BAD = ('fail', 'error', 'xpass')
RUN = re.compile(r'^Run test: (.+)$')
STEP_FAIL = re.compile(r'\.\.\.\s*(Fail\b.*|Timeout\b.*)$')
STEP_SKIP = re.compile(r'\.\.\.\s*Skip\s*$')
UFFD = re.compile(r'Testing (.+?)\.\.\. (?:.*?)(done|skipped \[reason: .*|failed \[reason: .*)$')
UFFD_OPEN = re.compile(r'Testing (.+?)\.\.\. ')
UFFD_STATUS = {'d': 'pass', 's': 'skip', 'f': 'fail'}
UFFD_END = re.compile(r'^Userfaults unit tests: pass=(\d+), skip=(\d+), fail=(\d+) \(total=(\d+)\)')


def count(subtests):
    """Sub-tests per status; error and xpass count as failures."""
    out = {'pass': 0, 'fail': 0, 'xfail': 0, 'skip': 0}
    for _, status in subtests:
        out['fail' if status in BAD else status] += 1
    return out


def and_more(texts):
    """The first of some texts, and how many there are besides."""
    return texts[0] + (' (+%d more)' % (len(texts) - 1) if len(texts) > 1 else '')


def last_words(text):
    """What a program without sub-tests said about its end: the failed assertion, else its last line."""
    lines = [line.strip() for line in map(clean, text.split('\n')) if line.strip()]
    for number, line in enumerate(lines[:-1]):
        if 'Test Assertion Failure' in line:
            return ': %s; %s' % (lines[number + 1][:100], lines[-1][:100])
    return ': ' + lines[-1][:120] if lines else ''


def khugepaged(lines, rc):
    """(sub-tests, problems), None for the output of another program; so does uffd_unit_tests."""
    subtests, steps = [], 0
    for line in lines:
        if run := RUN.match(line):
            subtests.append([run.group(1), 'pass'])
        elif subtests and STEP_FAIL.search(line):
            subtests[-1][1] = 'fail'
            steps += 1
        elif subtests and STEP_SKIP.search(line) and subtests[-1][1] == 'pass':
            subtests[-1][1] = 'skip'
    wrong = rc not in (124, steps % 256)
    problems = ['exit code %d, but %d failed steps were printed' % (rc, steps)] if wrong else []
    return (subtests, problems) if subtests else None


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
    problems = ['"%s" was begun and never ended' % pending] if pending else []
    seen = [sum(s == k for _, s in subtests) for k in ('pass', 'skip', 'fail')]
    if said is None and rc != 124:
        problems.append('truncated: its last line with the count is missing')
    elif said and said != seen + [len(subtests)]:
        problems.append('totals disagree: said pass, skip, fail, all = %s, seen %s' % (said, seen + [len(subtests)]))
    return (subtests, problems) if subtests else None


def judge(text, rc, secs=None, limit=None):
    """Return {'status', 'subtests', 'details', 'problems'} of a program that ended with exit code rc."""
    parsed = ktap.parse(text)
    subtests, problems, own_code = parsed['subtests'], list(parsed['problems']), False
    if not parsed['tap']:
        lines = [clean(line) for line in text.split('\n')]
        if other := khugepaged(lines, rc) or uffd_unit_tests(lines, rc):
            subtests, problems = other
            own_code = True
    out = {'subtests': subtests, 'details': parsed['details'], 'problems': problems}
    if rc == 124 or (rc == 137 and limit is not None and secs >= limit):
        # timeout's own code, or that of a program that had to be killed after its limit. What it did not print any
        # more is no further fault.
        return {**out, 'status': 'timeout', 'problems': ['over its time limit']}
    seen = count(subtests)
    if seen['fail']:
        status = 'fail'
    elif rc == 4:
        # Everything that ran before the program gave up passed or skipped; a plan cut short by it is part of the skip.
        status = 'skip'
        out['problems'] = problems = [p for p in problems if p.startswith('totals')]
    elif rc != 0:
        status = 'fail'
        if not own_code and not problems:
            problems.append('exit code %d%s' % (rc, ' although no sub-test failed' if subtests else last_words(text)))
        elif not own_code:
            problems.insert(0, 'exit code %d' % rc)
    elif parsed['tap'] and not subtests:
        status = 'fail'
        problems.append('TAP output without a single result')
    elif subtests and seen['skip'] == len(subtests):
        status = 'skip'
    else:
        status = 'pass'
    return {**out, 'status': 'fail' if problems else status}
