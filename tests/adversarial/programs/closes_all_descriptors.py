"""Closes all that it has open, the channel included.

expect: killed or not run
"""
import os


def f(x):
    os.closerange(0, 256)
    return x + 1
