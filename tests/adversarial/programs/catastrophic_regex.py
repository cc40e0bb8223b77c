"""Backtracks for the life of the universe.

expect: timed out or not run
"""
import re


def f(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")
