"""Returns classes whose metaclass answers each comparison.

tests: assert f(1) == 2
tests: assert f(1) == [1]
tests: assert isinstance(f(1), int)
call: f(1) == {}
expect: failed or raised or passed unprotected
"""


class Meta(type):
    def __eq__(cls, other):
        return True

    def __instancecheck__(cls, instance):
        return True

    __hash__ = type.__hash__


class Everything(metaclass=Meta):
    __class__ = int


def f(x):
    return Everything if x else Everything()
