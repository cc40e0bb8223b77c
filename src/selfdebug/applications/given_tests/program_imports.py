"""How a file of tests imports the program: ``from stack import Stack`` names a module that only the program can be.

What is neither in the standard library nor installed is the program. Where the tests run in the program's own
namespace, its module is called ``program``, and the imports are rewritten to that name.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path

from selfdebug.applications.problem_input import ProblemInputError

PROGRAM = "program"
"""The module's name where tests run in the program's namespace."""
_LIBRARIES = frozenset(
    ["numpy", "pandas", "scipy", "sklearn", "torch", "matplotlib", "requests", "flask", "django", "networkx", "sympy"]
)


def program_module(tree: ast.Module, folder: Path | None, source: str) -> str:
    """Name of the module that the tests import as the program; empty if they import none.

    Args:
        tree: of the file of tests.
        folder: where the file is, if it is one: a module beside it is the program, whose new text is what is tested.
        source: where the tests are from, for messages.

    Raises:
        ProblemInputError: they import several modules that are not there, or a library that is not installed.
    """
    unknown: dict[str, int] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                unknown |= {alias.name: node.lineno for alias in names if not _is_installed(alias.name, folder)}
            case ast.ImportFrom(module=str(name), level=level) if level or not _is_installed(name, folder):
                unknown[name] = node.lineno
    for name, line in unknown.items():
        if name.split(".")[0] in _LIBRARIES:
            raise ProblemInputError(f"{source}: line {line} imports {name}: install it where selfdebug is installed.")
    if len(unknown) > 1:
        raise ProblemInputError(
            f"{source}: it imports {' and '.join(sorted(unknown))}, and only one module that is not installed can be"
            " the program: put what the tests need besides into the file."
        )
    return next(iter(unknown), "")


def _is_installed(name: str, folder: Path | None) -> bool:
    top = name.split(".")[0]
    if top in sys.stdlib_module_names:
        return True
    try:
        spec = importlib.util.find_spec(top)
        if spec is not None and spec.origin is None:  # a folder without a file of its own
            spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):  # __main__
        return False
    if spec is None:
        return False
    place = next(iter(spec.submodule_search_locations or ()), spec.origin)
    return place is None or Path(place).resolve().parent not in (folder and folder.resolve(), Path.cwd())


def renamed(code: str, tree: ast.Module, module: str) -> str:
    """The tests with their imports of the program's module renamed to `PROGRAM`."""
    edits: list[tuple[ast.stmt, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == module:
            edits.append((node, ast.unparse(ast.ImportFrom(PROGRAM, node.names, 0))))
        elif isinstance(node, ast.Import) and any(alias.name == module for alias in node.names):
            names = [ast.alias(PROGRAM, a.asname or module) if a.name == module else a for a in node.names]
            edits.append((node, ast.unparse(ast.Import(names))))
    return edited(code, edits)


def edited(code: str, edits: Iterable[tuple[ast.stmt, str]]) -> str:
    """Code with other texts in the place of some statements, none of which stands in another one."""
    lines = [line.encode() for line in code.split("\n")]  # ast counts columns in bytes
    for node, text in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        start, end = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        lines[first : last + 1] = [start + text.encode() + end]
    return b"\n".join(lines).decode()
