"""Stops itself with a signal that no handler sees.

expect: timed out
"""
import os
import signal


def f(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
