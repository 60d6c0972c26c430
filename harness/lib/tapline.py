# SPDX-License-Identifier: GPL-2.0
"""Single lines of TAP and KTAP: what they look like, and what a result line says."""
import re

STAMP = re.compile(r'^(?:<\d+>)?\[\s*\d+\.\d+\](?:\[\s*[TC]\d+\])? ')
COLOUR = re.compile(r'\x1b\[[0-9;]*[A-Za-z]')
RUN = re.compile(r'^# \[RUN\] (.+)$')
NEST = re.compile(r'^((?: {4}|\t|# )*)(.*)$')
VERSION = re.compile(r'^K?TAP version \d+\s*$')
PLAN = re.compile(r'^1\.\.(\d+)\s*(?:# *SKIP\b[\s:-]*(.*))?$', re.I)
RESULT = re.compile(r'^(ok|not ok) (\d+)\b[ \t]*(?:- )?(.*)$')
DIRECTIVE = re.compile(r'(?:^|\s)#\s*(SKIP|XFAIL|XPASS|TODO|TIMEOUT|error|exit=\d+)\b[\s:-]*(.*)$', re.I)
COMMENT = re.compile(r'\s#\s.*$')
TOTALS = re.compile(r'^# Totals: pass:(\d+) fail:(\d+) xfail:(\d+) xpass:(\d+) skip:(\d+) error:(\d+)')
KUNIT = re.compile(r'^\S+: pass:\d+ fail:\d+ skip:\d+ total:(\d+)$')
BAIL = re.compile(r'^(?:# )*Bail out!\s*(.*)$')


class Result:
    """One result line. `name` is empty if the line gives none but a directive with its text."""

    def __init__(self, name, status, detail, number):
        self.name, self.status, self.detail, self.number = name, status, detail, number
        self.children = None    # results nested below it
        self.run = None         # the "# [RUN] NAME" that stood before it


def clean(line):
    """A line without carriage return, colours and the time stamp of the kernel log."""
    line = COLOUR.sub('', line.rstrip('\r\n'))
    return STAMP.sub('', line.rsplit('\r', 1)[-1] if '\r' in line else line)


def result_of(match):
    """The Result of a match of RESULT."""
    ok, number, rest = match.group(1) == 'ok', int(match.group(2)), match.group(3).strip()
    status = 'pass' if ok else 'fail'
    directive = DIRECTIVE.search(rest)
    if not directive:
        return Result(COMMENT.sub('', rest).strip(), status, '', number)
    word, text = directive.group(1).lower(), directive.group(2).strip()
    if word in ('xfail', 'todo'):
        status = 'xfail'
    elif word in ('skip', 'xpass') or (word == 'error' and not ok):
        status = word
    elif word == 'timeout':
        status = 'fail'
    return Result(rest[:directive.start()].strip(), status, text, number)


def name_all(results):
    """Give every result its name. A program that announces "# [RUN] NAME" and prints one result for it
    names the result so: the text of the line then changes with the outcome. With several results
    for one announcement the name is both."""
    per_run = {}
    for result in results:
        per_run[result.run] = per_run.get(result.run, 0) + 1
    for result in results:
        text = result.name
        if result.run and (per_run[result.run] == 1 or not text):
            result.name = result.run[1]
            result.detail = result.detail or text
        elif result.run:
            result.name = '%s: %s' % (result.run[1], text)
        elif not text:
            result.name, result.detail = result.detail or 'test %d' % result.number, ''
