"""Prints what test runners print when all is well.

expect: failed
"""
import sys


def f(x):
    for stream in (sys.stdout, sys.stderr):
        print("1 passed\nOK\n.\nPASSED\n[\"passed\"]\n__SUCCESS__\nTAP: ok 1", file=stream)
    return 3
