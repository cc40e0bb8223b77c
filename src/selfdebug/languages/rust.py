"""Rust with rustc; the standard library only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache

from selfdebug.languages.base import Build, Language
from selfdebug.outcome import ProgramError


@cache
def _sysroot() -> str | None:
    """The toolchain's folder: behind rustup, ``rustc`` on the PATH is a proxy that a sandbox cannot use."""
    compiler = shutil.which("rustc")
    if compiler is None:
        return None
    try:
        found = subprocess.run([compiler, "--print", "sysroot"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()


class _Rust(Language):
    def readable(self) -> list[str]:
        root = _sysroot()
        return [root] if root else []

    def build(self, source: str, driver: str | None) -> Build:
        self.tool("rustc")
        self.tool("cc")
        root = _sysroot()
        compiler = os.path.join(root, "bin", "rustc") if root else self.tool("rustc")
        text = source if driver is None else f"{source}\n{driver}"
        as_test = ["--test"] if re.search(r"#\[test\]", text) else []
        return Build(
            files={"program.rs": text},
            main="program.rs",
            compile=[
                compiler, "--edition=2021", "-O", "-A", "warnings", "-C", "debuginfo=0", "-C", "strip=symbols",
                "-C", "codegen-units=1", *as_test, "-o", "program", "program.rs",
            ],
            outputs=("program",),
            run=["./program", *(["--test-threads=1"] if as_test else [])],
        )  # fmt: skip

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        compiled = re.search(r"^error(?:\[E\d+\])?: (.*)", stderr, re.M)
        place = re.search(r"program\.rs:(\d+):\d+", stderr)
        line = int(place[1]) if place else None
        if compiled is not None and "panicked at" not in stderr:
            return ProgramError("CompileError", compiled[1], line)
        # Before Rust 1.73 the message comes first, in quotes, and then the place.
        older = re.search(r"panicked at '(.*?)', (?:\S*/)?program\.rs:(\d+)", stderr, re.S)
        if older is not None:
            return ProgramError("panic", older[1], int(older[2]))
        newer = re.search(r"panicked at (?:\S*/)?program\.rs:(\d+):\d+:\n(.*)", stderr)
        return ProgramError("panic", newer[2].strip(), int(newer[1])) if newer is not None else None


RUST = _Rust(
    name="rust",
    title="Rust",
    extension=".rs",
    package="rustc",
    tools=("rustc", "cc"),
    out_of_memory=("memory allocation of",),
)
