"""Waits for a lock that it holds itself.

expect: timed out
"""
import threading


def f(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
