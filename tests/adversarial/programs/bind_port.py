"""Offers a service to the network.

tests: assert probe() == 'refused'
expect: passed
"""
import socket


def probe():
    try:
        with socket.socket() as server:
            server.bind(("0.0.0.0", 0))
            server.listen()
            return server.getsockname()
    except OSError:
        return "refused"
