"""Digs deep and locks each folder behind itself.

tests: assert probe() > 3000
expect: passed
expect landlock: passed or killed
"""
import os


def probe():
    depth = 0
    while depth < 3001:
        os.mkdir("d")
        above = os.open(".", os.O_RDONLY)
        os.chdir("d")
        try:
            os.fchmod(above, 0)
        except OSError:
            pass
        os.close(above)
        depth += 1
    return depth
