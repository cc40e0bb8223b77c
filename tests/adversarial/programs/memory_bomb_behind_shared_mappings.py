"""Hides its memory in shared anonymous mappings.

expect: raised or out of memory or timed out
"""
import mmap


def f(x):
    hoard = []
    while True:
        hoard.append(mmap.mmap(-1, 16 << 20))
        hoard[-1].write(b"x" * (16 << 20))
