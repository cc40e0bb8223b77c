"""Asks for a name, which could carry data out.

tests: assert probe() == 'refused'
expect: passed
"""
import socket


def probe():
    try:
        return socket.gethostbyname("secret.example.com")
    except OSError:
        return "refused"
