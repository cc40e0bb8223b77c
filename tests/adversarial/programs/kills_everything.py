"""Ends every process that it may send a signal to.

expect: killed or raised or failed
"""
import os
import signal


def f(x):
    for number in (signal.SIGKILL, signal.SIGSTOP):
        os.kill(-1, number)
    return "ended all"
