"""Renames or removes the folder that it may write to.

tests: assert probe() == 'refused'
expect: passed
"""
import os
import tempfile


def probe():
    here = os.environ["TMPDIR"]
    got = []
    for action in (lambda: os.rename(here, here + "-gone"), lambda: os.rmdir(here), lambda: os.symlink("/", here + "-x")):
        try:
            action()
            got.append("done")
        except OSError:
            pass
    return got or "refused"
