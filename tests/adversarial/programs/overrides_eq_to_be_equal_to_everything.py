"""Returns an object that says it equals whatever it is compared with.

tests: assert f(1) == 2
tests: assert 2 == f(1)
tests: assert f(1) in [1, 2, 3]
tests: assert not f(1) != 2
tests: assert f(1) >= 2
call: f(1) == 2
expect: failed or raised or passed unprotected
"""


class Everything:
    def __eq__(self, other):
        return True

    __ge__ = __gt__ = __le__ = __lt__ = __contains__ = __eq__

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 2

    def __bool__(self):
        return True


def f(x):
    return Everything()
