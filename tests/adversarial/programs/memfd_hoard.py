"""Hides memory in files without a name.

tests: assert probe() == 'refused'
expect: passed
"""
import os


def probe():
    try:
        hoard = os.memfd_create("hoard")
        return os.write(hoard, b"x" * (1 << 20))
    except OSError:
        return "refused"
