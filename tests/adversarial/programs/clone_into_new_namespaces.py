"""Starts a process in a user namespace of its own, where it would be root.

tests: assert probe() == []
expect: passed
"""
import ctypes
import os


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    number = {"x86_64": 56, "aarch64": 220}[os.uname().machine]
    got = []
    for flag in (0x10000000, 0x20000000, 0x00020000, 0x40000000, 0x08000000, 0x04000000, 0x02000000, 0x30000000):
        process = libc.syscall(number, flag | 17, 0, 0, 0, 0)
        if process == 0:
            os._exit(0)
        if process > 0:
            got.append(hex(flag))
    return got
