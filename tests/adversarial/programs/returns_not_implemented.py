"""Returns the constant that makes Python ask the other side of a comparison.

tests: assert f(1) == 2
tests: assert not f(1) == NotImplemented or f(1) == 2
call: f(1) == 2
expect: failed or raised
"""


def f(x):
    return NotImplemented
