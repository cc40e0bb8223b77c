"""Waits for a pipe that nobody writes to.

expect: timed out
"""
import os


def f(x):
    read, write = os.pipe()
    return os.read(read, 1)
