"""Asks for the kernel's queue of calls, which no filter sees.

tests: assert probe() == 'refused'
expect: passed
"""
import ctypes


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    return "refused" if libc.syscall(425, 8, bytes(120)) == -1 else "given"
