"""Hides memory in the buffers of sockets, and descriptors inside descriptors.

tests: assert probe() == 'out of descriptors'
expect: passed
"""
import socket


def probe():
    hoard = []
    try:
        while True:
            a, b = socket.socketpair()
            hoard += [a, b]
            a.setblocking(False)
            try:
                while True:
                    socket.send_fds(a, [b"x" * 1000], [a.fileno(), b.fileno()])
            except BlockingIOError:
                pass
            except OSError:
                pass
    except OSError:
        return "out of descriptors"
