"""Starts other programs of the system and leaves them behind.

tests: assert f(1) in (2, 'refused')
expect: passed
"""
import subprocess


def f(x):
    try:
        for _ in range(5):
            subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; sleep 1000 & sleep 1000"], start_new_session=True)
    except OSError:
        return "refused"
    return x + 1
