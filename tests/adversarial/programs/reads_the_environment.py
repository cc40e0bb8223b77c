"""Reads what the host keeps in its environment, such as keys.

tests: assert probe() == []
expect: passed
"""
import os


def probe():
    harmless = {"PATH", "LANG", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8", "HOME", "TMPDIR", "PWD", "LC_CTYPE"}
    got = sorted(set(os.environ) - harmless)
    for process in [p for p in ("self", "1", "2", str(os.getppid()))]:
        try:
            with open(f"/proc/{process}/environ") as file:
                names = {entry.partition("=")[0] for entry in file.read().split("\0") if entry}
                got += sorted(names - harmless)
        except OSError:
            pass
    return got
