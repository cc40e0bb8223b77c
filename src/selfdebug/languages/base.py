"""What the engine must know of a language."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field

from selfdebug.execution.errors import ToolchainMissingError
from selfdebug.outcome import ProgramError


@dataclass(frozen=True)
class Build:
    """A program and its driver, laid out as files.

    Attributes:
        files: path in the scratch folder → text.
        compile: command that compiles them, if the language is compiled.
        run: command that runs the result.
        outputs: files or folders that the compiler makes and a run needs.
        first_line: lines in the main file before the program's first.
        main: the file that holds the program.
    """

    files: Mapping[str, str]
    run: list[str]
    main: str
    compile: list[str] = field(default_factory=list)
    outputs: tuple[str, ...] = ()
    first_line: int = 0


@dataclass(frozen=True)
class Language:
    """A language; each module of this folder makes one.

    Attributes:
        name: as users write it.
        title: as people say it.
        extension: of its source files, with the dot.
        package: Debian's package that brings its toolchain.
        tools: programs that must be found on the PATH.
        memory_limit: which resource limit bounds its memory; ``RLIMIT_DATA`` for runtimes that reserve address space.
        environment: variables for its toolchain and its programs; ``{scratch}`` stands for the scratch folder.
        out_of_memory: text on standard error by which its programs say that memory ran out.
    """

    name: str
    title: str
    extension: str
    package: str
    tools: tuple[str, ...] = ()
    memory_limit: str = "RLIMIT_AS"
    environment: Mapping[str, str] = field(default_factory=dict)
    out_of_memory: tuple[str, ...] = ()

    def tool(self, name: str) -> str:
        """Path of one of the tools, with links resolved: a sandbox may not see the link.

        Raises:
            ToolchainMissingError: it is not installed.
        """
        path = shutil.which(name)
        if path is None:
            raise ToolchainMissingError(
                f"{self.title} programs need {name}, which is not installed: apt-get install {self.package}"
            )
        return path

    def missing(self) -> list[str]:
        """Tools that are not installed."""
        return [name for name in self.tools if shutil.which(name) is None]

    def readable(self) -> list[str]:
        """Folders that the toolchain needs besides the system's."""
        return []

    def build(self, source: str, driver: str | None) -> Build:
        """Lay a program out as files and commands.

        Args:
            source: the program.
            driver: test code to be compiled with it.

        Raises:
            ToolchainMissingError: a tool is not installed.
        """
        raise TypeError(f"{self.title} programs run in the warm interpreter")

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        """Find the error and its line in the program in what a compiler or a program wrote."""
        return first_error(stderr, build, r"{file}:(?P<line>\d+)(?::\d+)?:? *(?:fatal )?(?:error: *)?(?P<message>.*)")


def first_error(stderr: str, build: Build, pattern: str, kind: str = "CompileError") -> ProgramError | None:
    """The first line of ``stderr`` that matches ``pattern``, in which ``{file}`` stands for the program's file."""
    expression = re.compile(pattern.replace("{file}", r"(?:[^\s:]*/)?" + re.escape(os.path.basename(build.main))))
    for text in stderr.splitlines():
        found = expression.search(text)
        if found:
            line = int(found["line"]) - build.first_line
            groups = found.groupdict()
            return ProgramError(
                groups.get("kind") or kind, groups.get("message", "").strip(), line if line > 0 else None
            )
    return None
