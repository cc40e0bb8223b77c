"""Opens what its parent and the first process have open.

tests: assert probe() == []
expect: passed
"""
import ctypes
import os


def probe():
    got = []
    libc = ctypes.CDLL(None, use_errno=True)
    for process in {os.getppid(), 1, 2} - {os.getpid()}:
        for number in range(64):
            try:
                os.close(os.open(f"/proc/{process}/fd/{number}", os.O_RDWR))
                got.append((process, number))
            except OSError:
                pass
        descriptor = libc.syscall(434, process, 0)
        if descriptor >= 0 and libc.syscall(438, descriptor, 0, 0) >= 0:
            got.append((process, "pidfd"))
        if descriptor >= 0 and libc.syscall(424, descriptor, 9, None, 0) == 0:
            got.append((process, "signal by pidfd"))
    return got
