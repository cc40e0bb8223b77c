"""Waits, so that a limit on processor time never comes.

expect: timed out
"""
import time


def f(x):
    time.sleep(1e6)
