"""Takes over its parent with the debugger's interface.

tests: assert probe() == []
expect: passed
"""
import ctypes
import os


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    for process in (os.getppid(), 1, 2, os.getpid()):
        for request in (16, 0x4206, 0):  # attach, seize, be traced
            if libc.ptrace(request, process, None, None) == 0:
                got.append((request, process))
    return got
