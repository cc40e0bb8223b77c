"""Connects to services of the host by abstract names and by paths.

tests: assert probe() == []
expect: passed
"""
import socket


def probe():
    got = []
    for address in ("\0selfdebug-host-service", "/dev/log", "/run/systemd/journal/socket", "/var/run/docker.sock", "\0/tmp/.X11-unix/X0"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            try:
                with socket.socket(socket.AF_UNIX, kind) as client:
                    client.connect(address)
                    got.append(address)
            except OSError:
                pass
    return got
