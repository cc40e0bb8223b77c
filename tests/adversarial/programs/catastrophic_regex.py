"""Backtracks for the life of the universe.

expect: timed out
"""
import re


def f(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")
