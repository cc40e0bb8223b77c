"""Connects to services of this machine and of others.

tests: assert probe() == []
expect: passed
"""
import socket


def probe():
    got = []
    for address in (("127.0.0.1", 22), ("127.0.0.1", 80), ("169.254.169.254", 80), ("1.1.1.1", 53), ("::1", 22)):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            try:
                with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, kind) as client:
                    client.settimeout(0.2)
                    client.connect(address)
                    got.append(address)
            except OSError:
                pass
    return got
