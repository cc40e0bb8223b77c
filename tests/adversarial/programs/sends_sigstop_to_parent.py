"""Stops its parent, so that nobody notices that its time is over.

expect: timed out
"""
import os
import signal


def f(x):
    while True:
        for process in (os.getppid(), 1, 2, 3, -1):
            if process != os.getpid():
                try:
                    os.kill(process, signal.SIGSTOP)
                except OSError:
                    pass
