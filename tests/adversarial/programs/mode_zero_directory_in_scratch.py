"""Leaves a folder that its own owner may not open.

tests: assert probe() == 'made'
expect: passed
"""
import os


def probe():
    os.makedirs("outer/inner")
    open("outer/inner/file", "w").close()
    os.mkdir("locked", 0)
    try:
        os.chmod("outer", 0)
    except OSError:
        pass
    return "made"
