"""Java with a JDK. The class with ``main`` is looked for; the program may have any names."""

from __future__ import annotations

import re

from selfdebug.languages.base import Build, Language, first_error
from selfdebug.outcome import ProgramError

_HEAP = "-Xmx512m"


class _Java(Language):
    def build(self, source: str, driver: str | None) -> Build:
        text = source if driver is None else f"{source}\n{driver}"
        # One file may hold one public class only, and of its own name.
        text = re.sub(
            r"^(\s*)public\s+((?:final\s+|abstract\s+)*(?:class|interface|enum|record)\b)", r"\1\2", text, flags=re.M
        )
        text = _imports_first(text) if driver is not None else text
        main = _main_class(text)
        return Build(
            files={"Program.java": text},
            main="Program.java",
            compile=[
                self.tool("javac"), "-J-Xmx512m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1", "-proc:none",
                "-nowarn", "-encoding", "UTF-8", "-d", "classes", "Program.java",
            ],
            outputs=("classes",),
            run=[
                self.tool("java"), _HEAP, "-Xss16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                "-XX:ReservedCodeCacheSize=32m", "-XX:CompressedClassSpaceSize=64m", "-Xshare:auto", "-ea",
                "-cp", "classes", main,
            ],
        )  # fmt: skip

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        found = first_error(stderr, build, r"{file}:(?P<line>\d+): error: (?P<message>.*)")
        if found is not None:
            return found
        raised = re.search(
            r"(?:Exception in thread \S+ |^)((?:\w+\.)*)(\w+(?:Error|Exception))(?:: (.*))?", stderr, re.M
        )
        if raised is None:
            return None
        place = re.search(r"\(Program\.java:(\d+)\)", stderr)
        return ProgramError(raised[2], (raised[3] or "").strip(), int(place[1]) if place else None)


def _main_class(text: str) -> str:
    """Name of the class around ``public static void main``; ``Main`` if none is found."""
    found = re.search(r"static\s+(?:final\s+)?void\s+main\s*\(", text)
    if found is None:
        return "Main"
    before = re.findall(r"\b(?:class|record|enum|interface)\s+(\w+)", text[: found.start()])
    return before[-1] if before else "Main"


def _imports_first(text: str) -> str:
    """Move import lines to the top, on its first line: a driver may bring its own, after the program's classes."""
    imports = re.findall(r"^\s*import\s+[\w.*]+(?:\s+[\w.*]+)?\s*;", text, re.M)
    for statement in imports:
        text = text.replace(statement, "\n" * statement.count("\n"), 1)
    return " ".join(dict.fromkeys(s.strip() for s in imports)) + " " + text


JAVA = _Java(
    name="java",
    title="Java",
    extension=".java",
    package="default-jdk-headless",
    tools=("javac", "java"),
    memory_limit="RLIMIT_DATA",
    out_of_memory=("java.lang.OutOfMemoryError", "insufficient memory for the Java Runtime"),
)
