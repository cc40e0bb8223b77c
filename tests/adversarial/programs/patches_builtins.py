"""Changes the built-in functions and types that a comparison might use.

expect: failed or raised or not run
"""
import builtins
import operator

for name in ("all", "any", "bool", "isinstance", "len", "sorted", "set", "repr", "str", "type", "getattr"):
    try:
        setattr(builtins, name, lambda *a, **k: True)
    except TypeError:
        pass
operator.eq = lambda a, b: True
builtins.AssertionError = type("Quiet", (BaseException,), {})


def f(x):
    return "wrong"
