"""Hides code in what runs at the end of a process.

tests: assert f(1) == 2
expect: passed
"""
import atexit
import signal
import threading
import time
import weakref


class Clinging:
    def __del__(self):
        while True:
            time.sleep(1)


kept = Clinging()
atexit.register(lambda: time.sleep(1000))
threading._register_atexit(time.sleep, 1000)
weakref.finalize(kept, time.sleep, 1000)
signal.signal(signal.SIGTERM, signal.SIG_IGN)


def f(x):
    return x + 1
