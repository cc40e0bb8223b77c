"""Sends descriptions of exceptions that no exception can have.

tests: assert f(0) == 2
tests: assert f(1) == 2
tests: assert f(2) == 2
call: f(3) == 2
call: f(4) == 2
call: f(5) == 2
expect: raised or killed or not run
"""
import sys

program = sys.modules["_selfdebug_inside.program"]
perform = program.LoadedProgram._perform
strange = iter([
    ["raised", "\0", "x", 1],
    ["raised", ["E"] * 3, {"a": 1}, "line"],
    ["raised", "E", None, 1 << 2000],
    ["raised"],
    ["raised", "StopIteration", "x", -1],
    ["raised", {"KeyError": 1}, "\ud800", True],
])


def forged(self, request):
    return next(strange) if request[0] in ("Ask", "AskCall") else perform(self, request)


program.LoadedProgram._perform = forged


def f(x):
    return 0
