"""Leaves modules, path files and a start script where the next interpreter might find them.

tests: assert probe() == []
expect: passed
"""
import os
import site
import sys


def probe():
    got = []
    for folder in [*sys.path, site.getusersitepackages()]:
        if folder and not os.path.realpath(folder).startswith(os.path.realpath(os.environ["TMPDIR"])):
            for name in ("sitecustomize.py", "attack.pth", "json.py"):
                try:
                    open(os.path.join(folder, name), "x").close()
                    got.append(os.path.join(folder, name))
                except OSError:
                    pass
    for name in ("sitecustomize.py", "json.py", "os.py", "tempfile.py", ".pythonrc.py"):
        open(name, "w").write("raise SystemExit('planted')")
    return got
