"""Uses up the machine's pseudo-terminals, and types into them.

tests: assert probe() < 130
expect: passed
"""
import os


def probe():
    hoard = []
    try:
        while True:
            hoard.append(os.openpty())
    except OSError:
        return len(hoard)
