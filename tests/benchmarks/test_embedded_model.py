"""The whole method on every commit: the embedded model, its own benchmark, real calls, real programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from selfdebug.execution import isolation
from tests.needs import skip_or_fail

TASKS = 150
LEAST_RIGHT, LEAST_GAINED = 104, 3
"""Floors of first programs that are right, and of what debugging adds; docs/embedded-model.md has the real figures."""


def test_the_embedded_model_writes_and_debugs_queries(tmp_path: Path) -> None:
    if not (isolation.bubblewrap().works or isolation.landlock().works):
        skip_or_fail("no isolation works here: see selfdebug doctor")
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}

    def selfdebug(*arguments: str) -> str:
        command = [sys.executable, "-c", "from selfdebug.cli.main import main; main()", *arguments]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
        assert found.returncode == 0, found.stderr
        return found.stdout

    bench = ("bench", "sample:held-out-sql", "--model", "embedded", "--limit", str(TASKS), "--name", "ci", "--quiet")
    selfdebug(*bench, "--feedback", "baseline,expl")
    report = json.loads(selfdebug("report", "ci", "--format", "json"))
    baseline, debugged = (run["accuracy"] for run in report["runs"])
    assert baseline["n"] == debugged["n"] == TASKS
    assert baseline["count"] >= LEAST_RIGHT
    assert debugged["count"] - baseline["count"] >= LEAST_GAINED
