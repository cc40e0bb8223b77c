"""Answers, and leaves a thread behind that spins.

tests: assert f(1) == 2
expect: passed
"""
import threading


def spin():
    while True:
        pass


threading.Thread(target=spin, daemon=False).start()


def f(x):
    return x + 1
