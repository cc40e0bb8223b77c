"""Shares a memory bomb among processes, each below its own limit.

expect: out of memory or killed or timed out
expect landlock: raised
"""
import os
import time


def f(x):
    for _ in range(40):
        if os.fork() == 0:
            hoard = bytearray(b"x") * (150 << 20)
            time.sleep(60)
            os._exit(len(hoard) & 1)
    time.sleep(60)
