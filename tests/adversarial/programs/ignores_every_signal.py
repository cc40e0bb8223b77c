"""Ignores each signal that can be ignored and loops.

expect: timed out
"""
import signal

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def f(x):
    while True:
        pass
