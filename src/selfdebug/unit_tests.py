"""The kinds of tests that a program can be run against."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from selfdebug.plain import Plain, ToldApartBy


@dataclass(frozen=True, slots=True)
class Assertion:
    """Python test code, such as ``assert f(1) == 2``; any statements that raise if the program is wrong."""

    code: str
    kind: Literal["assertion"] = "assertion"

    def __str__(self) -> str:
        return self.code.strip()


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function, in any language, and the value that it must return. All values are plain Python.

    Attributes:
        function: name of the function.
        arguments, named: what it is called with; by name in Python only.
        expected: what it must return; of a procedure whose signature is known, its changed arguments after the call
            (`calls.Signature.changed`): the one, or a tuple of several.
        tolerance: by how much floats may differ, absolutely or relative to the expected value; inside lists, tuples
            and dictionaries too. 0 is plain equality.
    """

    function: str
    arguments: tuple[Plain, ...] = ()
    expected: Plain = None
    named: Mapping[str, Plain] = field(default_factory=dict)
    tolerance: float = 0.0
    kind: Literal["call"] = "call"

    def __str__(self) -> str:
        shown = [repr(a) for a in self.arguments] + [f"{k}={v!r}" for k, v in self.named.items()]
        return f"{self.function}({', '.join(shown)})"


@dataclass(frozen=True, slots=True)
class InputOutput:
    """Text for standard input, and what standard output must be.

    Spaces at the ends of lines and empty lines at the end do not count, as in programming contests.
    """

    stdin: str
    stdout: str
    kind: Literal["input/output"] = "input/output"

    def __str__(self) -> str:
        return f"input {self.stdin!r}" if len(self.stdin) <= 80 else f"input {self.stdin[:80]!r}…"


@dataclass(frozen=True, slots=True)
class Driver:
    """Test code in the program's own language that is compiled with it and ends with an error if it is wrong.

    It runs in the program's process, so that its verdict is not protected.
    """

    code: str
    kind: Literal["driver"] = "driver"

    def __str__(self) -> str:
        return self.code.strip()


@dataclass(frozen=True, slots=True)
class PytestFile:
    """One test of a file of tests that pytest runs, in the program's process: its verdict is not protected.

    Attributes:
        code: the whole file.
        module: name of the module that it imports as the program, such as ``stack``; empty if it imports none: then it
            finds the program's names as its own.
        name: which of its tests: ``test_push``, ``TestStack::test_push``, or a whole class, with all variants that
            parameters make of it.
    """

    code: str
    module: str
    name: str
    kind: Literal["pytest"] = "pytest"

    def __str__(self) -> str:
        """The test alone, above the fixtures of the file that it takes as parameters."""
        tree = ast.parse(self.code)
        nodes, test = tree.body, None
        for part in self.name.split("::"):
            test = next((node for node in nodes if getattr(node, "name", "") == part), None)
            nodes = getattr(test, "body", [])
        if test is None:
            return self.name
        taken = {node.arg for node in ast.walk(test) if isinstance(node, ast.arg)}
        fixtures = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name in taken and n.decorator_list]
        return "\n\n".join(self._text(node) for node in [test, *fixtures])

    def _text(self, node: ast.stmt) -> str:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        return textwrap.dedent("\n".join(self.code.split("\n")[first - 1 : node.end_lineno]))


UnitTest = Annotated[Assertion | Call | InputOutput | Driver | PytestFile, ToldApartBy("kind")]
