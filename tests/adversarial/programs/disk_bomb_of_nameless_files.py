"""Fills the disk with files that have no name left to be counted by.

expect: raised or killed or timed out
"""
import os


def f(x):
    hoard = []
    while True:
        descriptor = os.open(f"file{len(hoard)}", os.O_CREAT | os.O_WRONLY)
        os.unlink(f"file{len(hoard)}")
        hoard.append(descriptor)
        for _ in range(12):
            os.write(descriptor, b"x" * (1 << 20))
