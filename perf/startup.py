"""What a command costs before it asks a model or opens a database: processor time of the whole process.

    uv run python perf/startup.py

It runs each command several times with an empty home, and prints median and extremes of user and system time.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

TIMES = 5
COMMANDS = (
    "--version",
    "config",
    "data list",
    "models",
    "runs",
    "runs show x",
    "report x",
    "sql q --db missing.db",
    "sql q --db shop.db --program missing.sql",
    "python x --tests missing.py",
    "python x --program missing.py",
    "translate missing.cpp --to python",
    "translate f.cpp --to python --tests missing.py",
    "python x --show-prompt --program missing.py",
    "evaluate mbpp missing.jsonl",
    "evaluate mbpp f.cpp",
    "bench missing",
    "bench mbpp",
    "bench mbpp --programs missing.jsonl",
    "demo --only x",
    "--help",
)


def processor_seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """User and system time of a process, with those that it waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure all commands and print a table."""
    command = shutil.which("selfdebug", path=str(Path(sys.executable).parent))
    assert command is not None, "install the package in this interpreter's environment: uv sync"
    with tempfile.TemporaryDirectory(prefix="selfdebug-startup-") as home:
        ours = ("SELFDEBUG_", "OPENAI_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment |= {"HOME": home, "XDG_DATA_HOME": f"{home}/data", "XDG_CONFIG_HOME": f"{home}/config"}
        os.chdir(home)
        with closing(sqlite3.connect("shop.db")) as database:
            database.execute("CREATE TABLE item (name TEXT)")
        Path("f.cpp").write_text("int f(int x) { return x; }\n")
        print(f"{'command':<50} seconds of processor: median (extremes), n = {TIMES}")
        for arguments in COMMANDS:
            found = [processor_seconds([command, *arguments.split()], environment) for _ in range(TIMES)]
            print(f"{arguments:<50} {statistics.median(found):.2f} ({min(found):.2f}–{max(found):.2f})", flush=True)


if __name__ == "__main__":
    main()
