"""Ends itself by each of the signals that leave a core behind.

tests: assert f(0) == 2
tests: assert f(1) == 2
tests: assert f(2) == 2
tests: assert f(3) == 2
expect: killed
"""
import os
import signal


def f(x):
    os.kill(os.getpid(), [signal.SIGABRT, signal.SIGQUIT, signal.SIGKILL, signal.SIGSYS][x])
