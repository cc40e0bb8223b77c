"""Leaves a process behind that has no parent and no session.

tests: assert f(1) in (2, 'refused')
expect: passed
"""
import os
import time


def f(x):
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(1000)
            os._exit(0)
    except OSError:
        return "refused"
    return x + 1
