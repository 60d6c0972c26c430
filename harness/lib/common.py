# SPDX-License-Identifier: GPL-2.0
"""What every verb of the report shares: its command line, errors of one line, files, the place of the repository."""
import getopt
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


class Trouble(Exception):
    """Wrong input. Ends the program with `error: THING: CAUSE; MEND`."""

    def __init__(self, thing, cause, mend):
        super().__init__('error: %s: %s; %s' % (shown(thing), cause, mend))


def shown(path):
    """A path as the user would type it."""
    near = os.path.relpath(path) if os.path.isabs(str(path)) else str(path)
    return str(path) if near.startswith('..' + os.sep) else near


def read_text(path, mend):
    try:
        with open(path, encoding='utf-8', errors='replace', newline='') as file:
            return file.read()
    except OSError as error:
        raise Trouble(path, error.strerror or str(error), mend) from None


def read_json(path, mend):
    try:
        return json.loads(read_text(path, mend))
    except ValueError as error:
        raise Trouble(path, 'not JSON: %s' % error, mend) from None


def write_text(path, text):
    """Replace a file in one step, so that a stop in the middle leaves the old one."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path + '.new', 'w', encoding='utf-8') as file:
        file.write(text)
    os.replace(path + '.new', path)


def tally(passed, failed):
    """Print the count line that a stage ends with, as harness/tally --line does."""
    print('# hostmm: %d passed, %d failed' % (passed, failed))


def options(doc, *known, least=1):
    """The command line as ({option: its values}, paths); known is that of getopt. --help prints the header."""
    given = {}
    try:
        words, paths = getopt.gnu_getopt(sys.argv[1:], 'h', ['help', *known])
    except getopt.GetoptError as error:
        raise Trouble('arguments', error.msg, 'see --help') from None
    for name, value in words:
        given.setdefault(name, []).append(value)
    if '-h' in given or '--help' in given:
        print(doc.strip())
        sys.exit(0)
    if len(paths) < least:
        raise Trouble('arguments', 'at least %d needed' % least, 'see --help')
    return given, paths


def call(main):
    """Run main; an error becomes one line on stderr and exit code 2."""
    try:
        sys.exit(main())
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
