"""Computes a number that nobody can store.

expect: timed out or out of memory
"""
import math


def f(x):
    return math.factorial(1_000_000_000)
