"""Asks for sockets of each family there is, of which some reach the kernel's inner parts.

tests: assert probe() == []
expect: passed
"""
import socket


def probe():
    got = []
    for family in range(46):
        for kind in (1, 2, 3, 5):
            try:
                socket.socket(family, kind, 0).close()
                got.append((family, kind))
            except OSError:
                pass
    return got
