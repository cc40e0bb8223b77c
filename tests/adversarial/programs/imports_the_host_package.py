"""Imports the package that runs it, with all that it may know.

tests: assert probe() == []
expect: passed
"""
import os
import sys


def probe():
    got = []
    for name in ("selfdebug.execution", "_selfdebug_inside.judge", "_selfdebug_inside.runner"):
        module = sys.modules.get(name)
        if module is not None:
            got.append(name)
    return got
