"""Becomes root of a user namespace of its own.

tests: assert probe() == 'refused'
expect: passed
"""
import ctypes


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    flags = (0x10000000, 0x30000000, 0x10020000, 0x40000000, 0x20000)
    return "refused" if all(libc.unshare(flag) == -1 for flag in flags) else "unshared"
