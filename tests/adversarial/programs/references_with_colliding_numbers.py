"""Sends references whose numbers collide in a hash, so that comparing them needs the program.

tests: assert set(f(1)) == {1, 2}
tests: assert len({a: 1 for a in f(1)}) == 5
call: f(1) == [1, 2]
expect: failed or raised or killed
"""
import sys

program = sys.modules["_selfdebug_inside.program"]
numbers = iter(range(1, 10**9))


def reference(self, value):
    self._objects.append(value)
    if callable(value):
        return {"object": [len(self._objects) - 1, type(value).__name__]}
    return {"object": [next(numbers) * (2**61 - 1), "Everything"]}


program.Program._reference = reference


class Everything:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def f(x):
    return [Everything(), Everything()]
