# SPDX-License-Identifier: GPL-2.0
"""Find what the kernel complained about in a console log, by the rules of guest/splats, and charge it to the job that was
running."""
import fnmatch
import os
import re
from common import ROOT, Trouble, read_text
from tapline import clean

MARK = re.compile(r'@@ begin (\S+)')
RULE = re.compile(r'^(deny|allow)\s+(\S+)\s+(.+?)\s+::\s+(\S.*)$')


def load(path=os.path.join(ROOT, 'guest', 'splats')):
    """Return (deny, allow), lists of (kind or id pattern, compiled regex, reason)."""
    deny, allow = [], []
    for number, line in enumerate(read_text(path, 'give the path of the splat rules').splitlines(), 1):
        if not line.strip() or line.startswith('#'):
            continue
        if not (match := RULE.match(line.rstrip())):
            raise Trouble('%s:%d' % (path, number), 'not a rule',
                          'write "deny KIND REGEX :: reason" or "allow ID REGEX :: reason"')
        word, first, regex, reason = match.groups()
        try:
            compiled = re.compile(regex)
        except re.error as error:
            raise Trouble('%s:%d' % (path, number), 'bad regular expression: %s' % error,
                          'escape its special characters') from None
        (deny if word == 'deny' else allow).append((first, compiled, reason))
    if not deny:
        raise Trouble(path, 'holds no deny rule', 'restore the file')
    return deny, allow


def scan(text, rules):
    """Return (splats, marks): splats = [{'id', 'kind', 'line', 'text'}], marks = ids seen in order."""
    deny, allow = rules
    splats, marks, job = [], [], '(boot)'
    for number, raw in enumerate(text.split('\n'), 1):
        line = clean(raw)
        if mark := MARK.search(line):
            job = mark.group(1)
            marks.append(job)
            continue
        kind = next((kind for kind, regex, _ in deny if regex.search(line)), None)
        if kind and not any(fnmatch.fnmatchcase(job, who) and regex.search(line) for who, regex, _ in allow):
            splats.append({'id': job, 'kind': kind, 'line': number, 'text': line.strip()[:200]})
    return splats, marks
