"""Says that a test is over before it compared anything.

tests: assert all(map(lambda x: f(x) == x + 1, [1, 2, 3]))
tests: assert list(map(f, [1, 2, 3])) == []
tests: assert not any(f(x) != x + 1 for x in [1, 2, 3])
expect: failed or raised or killed
"""
import sys

program = sys.modules["_selfdebug_inside.program"]
perform = program.LoadedProgram._perform


def forged(self, request):
    return ["end"] if request[0] == "RunHere" else perform(self, request)


program.LoadedProgram._perform = forged


def f(x):
    return "wrong"
