# SPDX-License-Identifier: GPL-2.0
"""A patch file of git format-patch, taken apart for the checks; check-patch lets them find this file."""
import os
import re
import sys

DIFFSTAT = re.compile(r" .*\| +(\d+|Bin)|  ?\d+ files? changed| (create|delete|rename|copy|rewrite|mode change) ")


def header(text, name):
    """The header NAME of a mail on one line, decoded."""
    found = re.search(rf"^{name}: (.*(?:\n[ \t].*)*)", text.split("\n\n")[0], re.M)
    value = " ".join(found[1].split()) if found else ""
    if "=?" in value:
        from email.header import decode_header, make_header  # slow to import, seldom needed
        value = str(make_header(decode_header(value)))
    return value


class Patch:
    """author, subject (without the bracket), bracket, body, cut, and added lines of the patch $PATCH_FILE."""

    def __init__(self):
        with open(os.environ["PATCH_FILE"], encoding="utf-8", errors="replace") as lines:
            text = lines.read()
        self.author = header(text, "From")
        subject = header(text, "Subject")
        found = re.match(r"\[([^]]*)\] (.*)", subject)
        self.bracket, self.subject = found.groups() if found else ("", subject)
        lines = text.split("\n")
        start = lines.index("") + 1 if "" in lines else len(lines)
        diff = next((i for i, line in enumerate(lines) if line.startswith("diff --git ")), len(lines))
        cut = next((i for i in range(start, diff) if lines[i] == "---"), diff)
        self.body = lines[start:cut]
        self.cut = lines[cut + 1:diff]
        self.empty = diff == len(lines)
        self.added = []  # (file, line number, text)
        self._diff(lines[diff:])

    def _diff(self, lines):
        name, number, left = None, 0, [0, 0]
        for line in lines:
            hunk = re.match(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line)
            if left == [0, 0] and line.startswith("+++ "):
                name = line[4:].removeprefix("b/")
            elif hunk:
                number = int(hunk[2])
                left = [int(hunk[1] or 1), int(hunk[3] or 1)]
            elif line.startswith("+") and left[1]:
                self.added.append((name, number, line[1:]))
                number, left[1] = number + 1, left[1] - 1
            elif line.startswith("-") and left[0]:
                left[0] -= 1
            elif left != [0, 0] and not line.startswith("\\"):
                number, left = number + 1, [left[0] - 1, left[1] - 1]
        self.new_files = set(re.findall(r"^diff --git a/.* b/(.*)\nnew file mode", "\n".join(lines), re.M))

    def notes_below_cut(self):
        return [line for line in self.cut if line and not DIFFSTAT.match(line)]


def verdict(problems, fine):
    """Print the problems and the verdict, and exit."""
    for problem in problems:
        print(problem)
    if problems:
        print(problems[0] if len(problems) == 1 else f"{len(problems)} findings, first: {problems[0]}")
    else:
        print(fine)
    sys.exit(1 if problems else 0)
