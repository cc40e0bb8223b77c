"""Peeks into every descriptor for the orders that hold the tests.

tests: assert f(1) == 'what nobody told it'
call: f(2) == 'what nobody told it'
expect: failed or killed
"""
import os
import socket


def f(x):
    found = []
    for descriptor in range(3, 128):
        try:
            borrowed = socket.socket(fileno=os.dup(descriptor))
            found.append(borrowed.recv(1 << 16, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except OSError:
            pass
        try:
            os.set_blocking(descriptor, False)
            found.append(os.read(descriptor, 1 << 16))
        except OSError:
            pass
    return "what nobody told it" if any(b"nobody told" in data for data in found) else "nothing"
