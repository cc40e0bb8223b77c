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
        if os.path.exists(f"{folder}/left-by-an-attack"):
            got.append(f"{folder} of the program before")
        try:
            with open(f"{folder}/left-by-an-attack", "w") as file:
                file.write("x")
            own = os.path.realpath(folder).startswith(mine) or (folder == "/dev/shm" and mine == "/scratch")
            if not own:
                got.append(folder)
        except OSError:
            pass
    return got
