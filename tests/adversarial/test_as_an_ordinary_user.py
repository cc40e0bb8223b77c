"""Hostile programs that do not run into a limit on time, again as a user without rights of any kind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from selfdebug.execution import isolation
from tests.adversarial.arena import AS_ANOTHER, PROGRAMS, SOURCES, THE_SHORT_ONES
from tests.needs import skip_or_fail


def test_all_again_as_an_ordinary_user() -> None:
    if os.geteuid() != 0:
        pytest.skip("the suite runs as an ordinary user already")
    python, path = _interpreter_for_anybody()
    if python is None:
        skip_or_fail(f"an ordinary user may not run {sys.executable}, and no other interpreter fits")
    command = [python, "-B", "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider"]
    command += ["--rootdir", str(PROGRAMS.parents[2]), *map(str, sorted(Path(__file__).parent.glob("test_below_*.py")))]
    with tempfile.TemporaryDirectory() as home:
        os.chown(home, 65534, 65534)
        environment = {**os.environ, AS_ANOTHER: THE_SHORT_ONES, "PYTHONPATH": path, "HOME": home, "TMPDIR": home}
        result = subprocess.run(
            command, env=environment, cwd="/", user=65534, group=65534, extra_groups=[], capture_output=True, text=True
        )
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    assert "passed" in result.stdout


def _interpreter_for_anybody() -> tuple[str | None, str]:
    """An interpreter that any user may run, and the path on which it finds pytest and this package."""
    packages = [p for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
    path = os.pathsep.join([str(SOURCES), *packages])
    system = f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (isolation.interpreter(), system):
        probe = subprocess.run(
            [candidate, "-B", "-c", "import selfdebug.execution, pytest"],
            env={"PYTHONPATH": path}, cwd="/", user=65534, group=65534, extra_groups=[], capture_output=True,
        ) if _runs(candidate) else None  # fmt: skip
        if probe is not None and probe.returncode == 0:
            return candidate, path
    return None, path


def _runs(candidate: str) -> bool:
    try:
        run = subprocess.run([candidate, "-V"], user=65534, group=65534, extra_groups=[], cwd="/", capture_output=True)
    except OSError:
        return False
    return run.returncode == 0
