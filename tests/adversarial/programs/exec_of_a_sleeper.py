"""Becomes another program that never ends.

expect: timed out
"""
import os


def f(x):
    os.execv("/bin/sleep", ["sleep", "1000"])
