"""Keeps under the limit on processor time and under that on sleeping.

expect: timed out
"""
import time


def f(x):
    while True:
        until = time.process_time() + 0.005
        while time.process_time() < until:
            pass
        time.sleep(0.1)
