"""Starts threads until there are no more.

expect: raised or out of memory
"""
import threading
import time

threading.stack_size(32768)


def f(x):
    while True:
        threading.Thread(target=time.sleep, args=(1000,)).start()
