"""Returns a number that equals every other number.

tests: assert f(1) == 2
tests: assert abs(f(1) - 2) < 0.5
tests: assert f(1) < 3 and f(1) > 1
call: f(1) == 2
expect: failed or raised or passed unprotected
"""


class Number(int):
    def __eq__(self, other):
        return True

    __lt__ = __gt__ = __index__ = __eq__

    def __sub__(self, other):
        return 0

    def __hash__(self):
        return 2

    def __abs__(self):
        return 0


def f(x):
    return Number(7)
