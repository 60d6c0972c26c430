# SPDX-License-Identifier: GPL-2.0
"""Decide what one program did: its exit code, its sub-tests and its own count must agree.

Returned status: pass, fail, skip or timeout. `problems` are faults of the program as a whole, beyond
sub-tests that failed: a missing plan, a count that disagrees, an exit code that nothing explains.
"""
import dialect
import ktap
from tapline import clean

BAD = ('fail', 'error', 'xpass')


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


def judge(text, rc, secs=None, limit=None):
    """Return {'status', 'subtests', 'totals', 'problems'} of a program that ended with exit code rc."""
    parsed = ktap.parse(text)
    subtests, problems, own_code = parsed['subtests'], list(parsed['problems']), False
    if not parsed['tap']:
        other = dialect.parse(text, rc)
        if other:
            subtests, problems = other
            own_code = True
    out = {'subtests': subtests, 'totals': parsed['totals'], 'details': parsed['details'], 'problems': problems}
    if rc == 124 or (rc == 137 and limit is not None and secs >= limit):
        # timeout's own code, or that of a program that had to be killed after its limit. What it did not print any
        # more is no further fault.
        out.update(status='timeout', problems=['over its time limit'])
        return out
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
    if problems:
        status = 'fail'
    out['status'] = status
    return out
