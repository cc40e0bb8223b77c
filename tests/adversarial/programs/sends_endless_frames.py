"""Sends frames that say they are longer than any memory, and never end.

expect: killed or timed out or raised
"""
import os
import stat


def f(x):
    while True:
        for descriptor in range(3, 64):
            try:
                if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                    os.write(descriptor, b"\xff\xff\xff\xff" + b"x" * 60_000)
            except OSError:
                pass
