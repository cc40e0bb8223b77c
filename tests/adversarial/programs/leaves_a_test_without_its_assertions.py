"""Has tests end before their assertions, in every cheap way.

tests: for i in [1]: assert f(i) == 2
tests: x = f(2); y = f(3); assert x == y == 4
tests: assert f(4) == f(5) == 2
tests: got = f(6); assert got == 2; assert got == 2
expect: failed or raised or killed
"""
import builtins
import os
import sys


def nothing(*a, **k):
    return None


def f(x):
    print("passed\nOK\n1 passed")
    for name in ("exec", "eval", "compile", "AssertionError", "print"):
        setattr(builtins, name, nothing)
    sys.settrace(nothing)
    if x == 1:
        return 3
    if x in (2, 3):
        sys.exit(0)
    if x in (4, 5):
        os._exit(0)
    return 7
