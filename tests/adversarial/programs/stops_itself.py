"""Stops itself with a signal that no handler sees.

expect: timed out or not run
expect landlock: timed out or not run
"""
import os
import signal


def f(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
