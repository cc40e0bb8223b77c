"""Locks files of the host against everybody else.

tests: assert probe() in ([], ['flock'])
expect: passed
"""
import fcntl
import json


def probe():
    got = []
    with open(json.__file__) as file:
        for name, action in {
            "lockf": lambda: fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB),
            "flock": lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB),
            "lease": lambda: fcntl.fcntl(file, 1024, 1),
        }.items():
            try:
                action()
                got.append(name)
            except OSError:
                pass
    return got
