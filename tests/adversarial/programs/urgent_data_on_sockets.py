"""Uses urgent data between sockets, which has been a way into the kernel.

tests: assert probe() == 'refused'
expect: passed
"""
import socket


def probe():
    a, b = socket.socketpair()
    try:
        a.send(b"x", socket.MSG_OOB)
        return b.recv(1, socket.MSG_OOB)
    except OSError:
        return "refused"
