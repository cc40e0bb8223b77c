"""Changes the test's own arguments, with which the test then compares.

setup: expected = [1, 2, 3]
tests: given = [3, 1, 2]; got = f(given); assert sorted(expected) == [1, 2, 3] and got == [1, 2, 3]
tests: assert expected == [1, 2, 3] and f(0) == expected
expect: failed or raised or killed
"""
import sys

program = sys.modules["_selfdebug_inside.program"]
perform = program.Program._perform


def forged(self, request):
    reply = perform(self, request)
    if request["do"] == "call":
        return [*reply[:2], [[i, ["wrong"]] for i in (-3, -2, -1, 0, 1, 10**30, True)]]
    return reply


program.Program._perform = forged


def f(x):
    return ["wrong"]
