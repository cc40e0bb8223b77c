"""C++ with g++."""

from __future__ import annotations

import re

from selfdebug.languages.base import Build, Language, first_error
from selfdebug.outcome import ProgramError


class _Cpp(Language):
    def build(self, source: str, driver: str | None) -> Build:
        text = source if driver is None else f"{source}\n{driver}"
        compiler = self.tool("g++")
        return Build(
            files={"program.cpp": text},
            main="program.cpp",
            compile=[compiler, "-std=c++17", "-O2", "-w", "-o", "program", "program.cpp"],
            outputs=("program",),
            run=["./program"],
        )

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        found = first_error(stderr, build, r"{file}:(?P<line>\d+)(?::\d+)?: (?:fatal )?error: (?P<message>.*)")
        if found is None and "undefined reference to" in stderr:
            names = sorted({part.split("'")[0] for part in stderr.split("undefined reference to `")[1:]})
            return ProgramError("LinkError", f"undefined reference to {', '.join(names)}")
        thrown = re.search(r"terminate called after throwing an instance of '(.*)'(?:\n  what\(\):  (.*))?", stderr)
        if found is None and thrown is not None:
            return ProgramError(thrown[1].removeprefix("std::"), (thrown[2] or "").strip())
        if found is None:
            found = first_error(
                stderr, build, r"{file}:(?P<line>\d+): .*(?P<message>Assertion .* failed)", "AssertionError"
            )
        return found


CPP = _Cpp(
    name="cpp",
    title="C++",
    extension=".cpp",
    package="g++",
    tools=("g++",),
    out_of_memory=("std::bad_alloc",),
)
