"""Makes calls with numbers beyond all that were known, and with the x32 bit set.

tests: assert probe() == []
expect: passed
"""
import ctypes


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    return [n for n in [*range(451, 600), *(0x40000000 | n for n in range(512))] if libc.syscall(n, 0, 0, 0, 0, 0) != -1]
