"""Returns lists nested deeper than any reader goes, as a value and as a forged frame.

expect: raised or killed or failed
"""
import os


def f(x):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
