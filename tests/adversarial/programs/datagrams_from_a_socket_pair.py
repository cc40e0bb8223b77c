"""Sends datagrams to services of the host from a pair of sockets that needs no connection.

tests: assert probe() == []
expect: passed
"""
import errno
import socket


def probe():
    got = []
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
        try:
            a, b = socket.socketpair(socket.AF_UNIX, kind)
        except OSError:
            continue
        for address in ("\0selfdebug-host-service", "/dev/log", "/run/systemd/notify"):
            try:
                if a.sendto(b"forged", address) and kind != socket.SOCK_SEQPACKET:
                    got.append((int(kind), address))
            except OSError as error:
                if error.errno == errno.ECONNREFUSED:
                    got.append((int(kind), address))
    return got
