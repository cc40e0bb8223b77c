"""Sends references that are negative, huge, or no numbers at all.

expect: failed or raised or killed
"""
import sys

program = sys.modules["_selfdebug_inside.program"]
strange = iter([-1, 1 << 4000, True, None, "0", [0], 1.5] * 100)


def reference(self, value):
    self._objects.append(value)
    if callable(value):
        return {"object": [len(self._objects) - 1, type(value).__name__]}
    return {"object": [next(strange), "Everything"]}


program.Program._reference = reference


def f(x):
    return [object() for _ in range(7)]
