"""Leaves a daemon behind that waits for the next program and answers in its place.

tests: assert f(1) in (2, 'refused')
expect: passed
"""
import os
import signal
import sys
import time


def f(x):
    try:
        if os.fork() == 0:
            os.setsid()
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            forged = b'["value",666,[]]'
            time.sleep(0.05)
            while True:
                for descriptor in range(3, 100):
                    try:
                        os.write(descriptor, len(forged).to_bytes(4, "big") + forged)
                    except OSError:
                        pass
    except OSError:
        return "refused"
    return x + 1
