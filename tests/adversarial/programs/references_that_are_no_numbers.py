"""Sends references that are negative, huge, or no numbers at all.

expect: failed or raised or killed
"""
import sys

values = sys.modules["_selfdebug_inside.values"]
strange = iter([-1, 1 << 4000, True, None, "0", [0], 1.5] * 100)


def forged(value, *, bare):
    return [{"object": [next(strange), "Everything"]} for _ in value]


values.encode_exactly = forged


def f(x):
    return [object() for _ in range(7)]
