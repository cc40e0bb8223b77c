"""Writes over the objects of its own interpreter, small numbers included.

tests: assert f(1) == 2
expect: killed or failed
"""
import ctypes


def f(x):
    ctypes.memmove(id(3) + 24, id(7) + 24, 4)
    ctypes.memset(id(True), 1, 16)
    return 3
