"""Sends what looks like a value and is none.

tests: assert f(0) == 2
tests: assert f(1) == 2
tests: assert f(2) == 2
tests: assert f(3) == 2
tests: assert f(4) == 2
tests: assert f(5) == 2
tests: assert f(6) == 2
tests: assert f(7) == 2
tests: assert f(8) == 2
call: f(9) == 2
call: f(10) == 2
call: f(11) == 2
expect: raised or killed or failed
"""
import sys

program = sys.modules["_selfdebug_inside.program"]
perform = program.LoadedProgram._perform
strange = iter([{"range": [0, 1 << 200, 1]}, {"Fraction": ["1e999999999"]}, {"Fraction": [1, 0]}, {"int": 5}, {"no such": []},
           {"set": [[1]]}, {"date": "x"}, {"builtin": "eval"}, {"timedelta": [1e308, 1, 1]}, {"object": ["x", 1]},
           {"Decimal": "x" * 1000}, {}])


def forged(self, request):
    return ["value", next(strange), []] if request[0] in ("Ask", "AskCall") else perform(self, request)


program.LoadedProgram._perform = forged


def f(x):
    return 2
