"""Ends its process group, in which its parent might be.

expect: killed or raised
"""
import os
import signal


def f(x):
    os.kill(0, signal.SIGKILL)
    return x
