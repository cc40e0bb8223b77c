"""Digs folders too deep for any path, so that cleaning up fails.

tests: assert probe() > 3000
expect: passed
expect landlock: passed or killed
"""
import os


def probe():
    depth = 0
    while depth < 3001:
        os.mkdir("d")
        os.chdir("d")
        depth += 1
    return depth
