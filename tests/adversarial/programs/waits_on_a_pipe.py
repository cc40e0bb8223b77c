"""Waits for a pipe that nobody writes to.

expect: timed out or not run
"""
import os


def f(x):
    read, write = os.pipe()
    return os.read(read, 1)
