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
strange = [
    ["raised", "\0", ["ExceptionGroup"], "x", 1],
    ["raised", ["E"] * 3, ["UnicodeDecodeError", "OSError"], {"a": 1}, "line"],
    ["raised", "E", [["ValueError"], None, "type", "__import__", "int", "Exception"], None, 1 << 2000],
    ["raised"],
    ["raised", "StopIteration", ["StopIteration", "Exception"], "x", -1],
    ["raised", "KeyError", {"KeyError": 1}, "\ud800", True],
]
program.Program._perform_before = program.Program._perform


def forged(self, request):
    if request["do"] == "call by name":
        return strange[request["values"][0]]
    if request["do"] == "call":
        return strange[request["args"][0]]
    return self._perform_before(request)


program.Program._perform = forged


def f(x):
    return 0
