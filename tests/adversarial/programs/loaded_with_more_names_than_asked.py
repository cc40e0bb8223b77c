"""Provides names that nobody asked for, such as those of the test's own helpers.

tests: assert f(1) == 2
tests: x = f(1); assert x == 2
tests: assert len([f(1)]) == 2
tests: for i in [1]: assert f(i) == 2
expect: failed or raised or killed
"""

for name in ("@compare", "@value", "@check", "len", "assert", "compare", "check", "__import__", "AssertionError"):
    for mark in ("", "\0"):
        globals()[mark + name.strip("@" if mark else "")] = lambda *a, **k: True


def f(x):
    return 3
