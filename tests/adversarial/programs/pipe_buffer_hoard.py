"""Hides memory in the buffers of pipes until it has no descriptor left.

tests: assert probe() < 200
expect: passed
"""
import fcntl
import os


def probe():
    count = 0
    try:
        while True:
            _, write = os.pipe()
            os.set_blocking(write, False)
            try:
                fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 1 << 20)
            except OSError:
                pass
            try:
                while True:
                    os.write(write, b"x" * 65536)
            except BlockingIOError:
                count += 1
    except OSError:
        return count
