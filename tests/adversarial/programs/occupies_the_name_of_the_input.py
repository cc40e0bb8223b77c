"""Leaves a file under the name that the next program's standard input takes.

tests: assert probe() == 'made'
expect: passed
"""
import os


def probe():
    os.mkdir("stdin")
    open("stdin/file", "w").close()
    return "made"
