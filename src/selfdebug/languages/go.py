"""Go; the standard library, and whatever Debian's packages put into its GOPATH."""

from __future__ import annotations

import os
import re

from selfdebug.languages.base import Build, Language, first_error
from selfdebug.outcome import ProgramError


class _Go(Language):
    def readable(self) -> list[str]:
        try:
            return [os.path.dirname(os.path.dirname(os.path.realpath(self.tool("go"))))]
        except Exception:  # noqa: BLE001  (not installed: nothing to read)
            return []

    def build(self, source: str, driver: str | None) -> Build:
        compiler = os.path.realpath(self.tool("go"))
        as_test = driver is not None and "func Test" in driver
        text = source if driver is None else _imports_first(f"{source}\n{driver}")
        if not re.search(r"^\s*package\s", text, re.M):
            text = f"package main; {text}"
        name = "program_test.go" if as_test else "program.go"
        make = ["test", "-c"] if as_test else ["build"]
        return Build(
            files={name: text},
            main=name,
            compile=[compiler, *make, "-o", "program", name],
            outputs=("program",),
            run=["./program"],
        )

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        raised = re.search(r"^panic: (.*)|^fatal error: (.*)", stderr, re.M)
        if raised is not None:
            place = re.search(re.escape(build.main) + r":(\d+)", stderr)
            message = (raised[1] or raised[2] or "").strip()
            return ProgramError("panic", message, int(place[1]) if place else None)
        return first_error(stderr, build, r"{file}:(?P<line>\d+)(?::\d+)?: (?P<message>.*)")


_IMPORTS = re.compile(r"^import\s*(?:\((?P<block>[^)]*)\)|(?P<one>(?:[\w.]+[ \t]+)?\"[^\"\n]+\"))[ \t]*;?", re.M)
_PACKAGE = re.compile(r"^[ \t]*package[ \t]+\w+[ \t]*;?", re.M)
_USUAL = ("bytes", "fmt", "math", "math/rand", "regexp", "sort", "strconv", "strings", "time")


def _imports_first(text: str) -> str:
    """Put imports on the first line: a driver may bring its own, after the program's functions.

    Those that are not used would be errors, and are left out; usual packages that are used are imported.
    """
    written: list[str] = []
    for found in _IMPORTS.finditer(text):
        specs = re.split(r"[\n;]", found["block"]) if found["block"] is not None else [found["one"]]
        written += [" ".join(spec.split("//")[0].split()) for spec in specs]
    for expression in (_IMPORTS, _PACKAGE):
        text = expression.sub(lambda found: "\n" * found[0].count("\n"), text)
    names = {spec: _name(spec) for spec in written if spec}
    names |= {f'"{path}"': _name(f'"{path}"') for path in _USUAL if _name(f'"{path}"') not in names.values()}
    used = [s for s, name in names.items() if name in ("_", ".") or re.search(rf"\b{re.escape(name)}\.\w", text)]
    return f"package main; import ({'; '.join(used)}); {text}" if used else f"package main; {text}"


def _name(spec: str) -> str:
    """The name by which a program uses an import."""
    return spec.split()[0] if " " in spec else spec.strip('"').rsplit("/", 1)[-1]


GO = _Go(
    name="go",
    title="Go",
    extension=".go",
    package="golang-go",
    tools=("go",),
    memory_limit="RLIMIT_DATA",
    environment={
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": "{scratch}/gocache",
        "GOFLAGS": "-p=2",
        "CGO_ENABLED": "0",
        "GOTELEMETRY": "off",
        "GOMAXPROCS": "2",
    },
    out_of_memory=("out of memory", "cannot allocate memory"),
)
