"""Leaves links to the host's folders, hoping that cleaning up follows them.

tests: assert probe() == 'made'
expect: passed
"""
import os


def probe():
    os.symlink("/", "root")
    os.symlink("/etc/passwd", "passwd")
    os.mkdir("folder")
    os.symlink("..", "folder/up")
    os.symlink("/tmp", "folder/tmp")
    return "made"
