"""Moves into the namespaces of the first process.

tests: assert probe() == 'refused'
expect: passed
"""
import ctypes
import os


def probe():
    libc = ctypes.CDLL(None, use_errno=True)
    for process in ("1", "self"):
        for kind in ("mnt", "net", "pid", "user"):
            try:
                descriptor = os.open(f"/proc/{process}/ns/{kind}", os.O_RDONLY)
            except OSError:
                continue
            if libc.setns(descriptor, 0) == 0:
                return f"entered {kind}"
    return "refused"
