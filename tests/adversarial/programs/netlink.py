"""Asks the kernel about interfaces and processes.

tests: assert probe() == 'refused'
expect: passed
"""
import socket


def probe():
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 11) as link:
            link.bind((0, 1))
        return "given"
    except OSError:
        return "refused"
