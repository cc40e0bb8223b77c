"""Leaves a named pipe, hoping that somebody opens it and waits for ever.

tests: assert probe() in ('made', 'refused')
expect: passed
"""
import os


def probe():
    try:
        os.mkfifo("pipe")
        os.mkfifo("stdin")
        return "made"
    except OSError:
        return "refused"
