"""Ends the process that programs are forked from.

tests: assert probe() == []
expect: passed
"""
import ctypes
import os
import signal


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getppid()
    got = []
    if parent in (0, 1):
        return got
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGALRM, signal.SIGSEGV):
        attempts = [lambda: libc.kill(parent, number), lambda: libc.kill(-parent, number), lambda: libc.killpg(parent, number)]
        attempts += [lambda: libc.syscall(200, parent, number), lambda: libc.syscall(234, parent, parent, number)]
        attempts += [lambda: libc.syscall(129, parent, number, bytes(128)), lambda: libc.syscall(297, parent, parent, number, bytes(128))]
        for index, attempt in enumerate(attempts):
            if attempt() == 0:
                got.append((index, int(number)))
    return got
