"""Sends references to objects where values belong, whose numbers collide in a hash.

tests: assert set(f(1)) == {1, 2}
tests: assert len({a: 1 for a in f(1)}) == 5
call: f(1) == [1, 2]
expect: failed or raised or killed
"""
import sys

values = sys.modules["_selfdebug_inside.values"]
numbers = iter(range(1, 10**9))


def forged(value, *, bare):
    return {"set": [{"object": [next(numbers) * (2**61 - 1), "Everything"]} for _ in value]}


values.encode_exactly = forged


class Everything:
    def __hash__(self):
        return 0


def f(x):
    return [Everything(), Everything()]
