"""Provides names that nobody asked for, such as those of the test's own helpers.

tests: assert f(1) == 2
tests: x = f(1); assert x == 2
tests: assert len([f(1)]) == 2
expect: failed or raised or killed
"""
import sys

program = sys.modules["_selfdebug_inside.program"]
load = program.Program._load


def forged(self, request):
    reply = load(self, request)
    always = self._encode(lambda *a, **k: True)
    for name in ("@compare", "@truth", "@close", "len", "__builtins__", "assert", "compare", "__import__"):
        reply[1][name] = always
    return reply


program.Program._load = forged


def f(x):
    return 3
