"""Has the kernel send signals for it: owners of descriptors, timers, dying parents.

tests: assert probe() == []
expect: passed
"""
import ctypes
import fcntl
import os
import socket
import struct


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    a, b = socket.socketpair()
    read, write = os.pipe()
    victim = os.getppid()
    for descriptor in (a.fileno(), read, 1):
        for name, command, argument in (
            ("owner", fcntl.F_SETOWN, victim),
            ("group", fcntl.F_SETOWN, -victim),
            ("signal", fcntl.F_SETSIG, 9),
            ("owner by type", 15, struct.pack("=ii", 1, victim)),
        ):
            try:
                fcntl.fcntl(descriptor, command, argument)
                got.append(name)
            except OSError:
                pass
        for request in (0x8901, 0x8902, 0x5412):
            try:
                fcntl.ioctl(descriptor, request, struct.pack("=i", victim))
                got.append(hex(request))
            except OSError:
                pass
    # struct sigevent: value, signal 9, SIGEV_THREAD_ID, the victim's number
    event = struct.pack("=QiiI", 0, 9, 4, victim) + bytes(44)
    if libc.syscall(222, 1, event, bytes(8)) == 0:
        got.append("timer")
    return got
