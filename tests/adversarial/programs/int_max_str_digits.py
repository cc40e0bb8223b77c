"""Lifts the limit on digits and prints a huge number.

expect: timed out or failed
"""
import sys

sys.set_int_max_str_digits(0)


def f(x):
    return len(str(7 ** 50_000_000))
