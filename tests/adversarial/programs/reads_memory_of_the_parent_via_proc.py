"""Reads and writes the memory of its parent, of the template and of the first process.

tests: assert probe() == []
expect: passed
"""
import ctypes
import os


def probe():
    got = []
    libc = ctypes.CDLL(None, use_errno=True)
    for process in {os.getppid(), 1, 2} - {os.getpid()}:
        for name, mode in (("mem", "rb"), ("mem", "r+b"), ("maps", "rb"), ("environ", "rb"), ("auxv", "rb"), ("syscall", "rb")):
            try:
                with open(f"/proc/{process}/{name}", mode, buffering=0) as file:
                    got.append((process, name, len(file.read(100))))
            except OSError:
                pass
        vector = (ctypes.c_uint64 * 2)(0x400000, 16)
        for number in (310, 311, 440):
            if libc.syscall(number, process, ctypes.byref(vector), 1, ctypes.byref(vector), 1, 0) > 0:
                got.append((process, number))
    return got
