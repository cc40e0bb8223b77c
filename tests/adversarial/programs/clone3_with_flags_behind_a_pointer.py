"""Starts a process with the younger call, whose flags no filter can read.

tests: assert probe() == 'refused'
expect: passed
"""
import ctypes
import os
import struct


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = struct.pack("=11Q", 0x10000000, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0)
    process = libc.syscall(435, arguments, len(arguments))
    if process == 0:
        os._exit(0)
    return "refused" if process < 0 else "started"
