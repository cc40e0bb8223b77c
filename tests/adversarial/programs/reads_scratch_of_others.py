"""Looks for the folders of other programs.

tests: assert probe() == []
expect: passed
"""
import glob
import os
import tempfile


def probe():
    mine = os.path.realpath(os.environ["TMPDIR"])
    got = []
    for folder in ("/dev/shm", "/tmp", "/var/tmp", os.path.dirname(mine)):
        try:
            got += [e.path for e in os.scandir(folder) if e.name.startswith("selfdebug-") and os.path.realpath(e.path) != mine]
        except OSError:
            pass
        try:
            with open(f"{folder}/left-by-an-attack", "w") as file:
                file.write("x")
            if not os.path.realpath(folder).startswith(mine):
                got.append(folder)
        except OSError:
            pass
    return got
