"""Starts a process as its parent's child, where nobody looks for what it left behind.

tests: assert probe() == 'refused'
expect: passed
"""
import ctypes
import time

CLONE_PARENT, SIGCHLD = 0x8000, 17


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    number = {"x86_64": 56, "aarch64": 220}[__import__("os").uname().machine]
    process = libc.syscall(number, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0)
    if process == 0:
        time.sleep(1000)
    return "refused" if process < 0 else "started"
