"""Writes replies of its own wherever one can write.

expect: failed or killed or not run or raised
"""
import os

for reply in (b'["loaded",{}]', b'["passed"]', b'["value",{"object":[0,"function"]},[]]', b'["passed"]', b'[0,"passed",["x"]]'):
    for descriptor in range(3, 128):
        try:
            os.write(descriptor, len(reply).to_bytes(4, "big") + reply)
        except OSError:
            pass


def f(x):
    return "forged"
