"""Watches what happens on the host.

tests: assert probe() == []
expect: passed
"""
import ctypes
import fcntl
import os


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    if libc.inotify_init() != -1:
        got.append("inotify")
    if libc.syscall(300, 0, 0) != -1:
        got.append("fanotify")
    folder = os.open("/usr/lib", os.O_RDONLY)
    for name, command, value in (("notify", 1026, 0x80000001), ("lease", 1024, 1)):
        try:
            fcntl.fcntl(folder, command, value)
            got.append(name)
        except OSError:
            pass
    return got
