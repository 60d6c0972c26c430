# SPDX-License-Identifier: GPL-2.0
"""Command line of the verbs: a few options with values, then paths. --help prints the header."""
import sys
from common import Trouble


def options(arguments, doc, known, least=1):
    """Return ({option: value}, paths). known maps an option to 'one', 'many' or 'flag'."""
    given = {name: {'one': None, 'many': None, 'flag': False}[kind] for name, kind in known.items()}
    paths, rest = [], list(arguments)
    while rest:
        word = rest.pop(0)
        if word in ('-h', '--help'):
            print(doc.strip())
            sys.exit(0)
        if not word.startswith('-'):
            paths.append(word)
        elif word not in known:
            raise Trouble(word, 'no such option', 'see --help')
        elif known[word] == 'flag':
            given[word] = True
        elif not rest:
            raise Trouble(word, 'needs a value', 'see --help')
        elif known[word] == 'many':
            given[word] = (given[word] or []) + [rest.pop(0)]
        else:
            given[word] = rest.pop(0)
    if len(paths) < least:
        raise Trouble('arguments', 'at least %d needed' % least, 'see --help')
    return given, paths
