"""Puts its own ends of its own socket in the place of every descriptor, and answers itself.

expect: killed or timed out or not run
"""
import os
import socket


def f(x):
    ours, theirs = socket.socketpair()
    for descriptor in range(3, 64):
        if descriptor not in (ours.fileno(), theirs.fileno()):
            try:
                os.dup2(theirs.fileno(), descriptor)
            except OSError:
                pass
    forged = b'["passed"]'
    ours.sendall(len(forged).to_bytes(4, "big") + forged)
    return 2
