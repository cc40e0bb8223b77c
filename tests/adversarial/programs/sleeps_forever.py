"""Waits, so that a limit on processor time never comes.

expect: timed out or not run
"""
import time


def f(x):
    time.sleep(1e6)
