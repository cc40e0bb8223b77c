"""What the names in a test's code mean: the program's, the test's own, or a module of the library."""

from __future__ import annotations

import ast
import builtins
import contextlib
import symtable
from collections import Counter
from typing import Any

OWN_MODULES = frozenset(
    [
        "cmath",
        "collections",
        "copy",
        "datetime",
        "decimal",
        "fractions",
        "functools",
        "heapq",
        "itertools",
        "json",
        "math",
        "operator",
        "random",
        "re",
        "string",
        "sys",
        "statistics",
        "typing",
    ]
)
"""Modules that tests use without importing them; the judge's own stand in, never the program's."""


def program_names(code: str, entry_points: frozenset[str]) -> list[str]:
    """Names that test code uses and does not define: the program must provide them.

    A built-in function's name is the program's only where the test names nothing else of the program: a test of a
    program's own ``sum`` needs that one, and no other test may have its ``sum`` replaced by the program's.

    Raises:
        SyntaxError: the test is not Python.
    """
    top = symtable.symtable(code, "<test>", "exec")
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    read = set(entry_points)
    scopes = [top]
    while scopes:
        scope = scopes.pop()
        scopes += scope.get_children()
        free = (s for s in scope.get_symbols() if s.is_referenced() and (scope is top or s.is_global()))
        read.update(s.get_name() for s in free)
    called_builtins = [
        node.func.id
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and hasattr(builtins, node.func.id)
    ]
    own = [n for n in read - bound if not hasattr(builtins, n) or n in entry_points]
    if not [n for n in own if n not in OWN_MODULES]:
        own += called_builtins
    return sorted(set(own))


def needs_program_process(code: str) -> bool:
    """Whether test code derives from or catches a class that may be the program's."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ClassDef) and any(not _built_in(base) for base in node.bases):
            return True
        if isinstance(node, ast.ExceptHandler) and node.type is not None and not _built_in(node.type):
            return True
        if isinstance(node, ast.Global | ast.Nonlocal):
            return False
    return False


def _built_in(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return all(_built_in(e) for e in node.elts)
    return isinstance(node, ast.Attribute) or (isinstance(node, ast.Name) and hasattr(builtins, node.id))


def modules_used(order: dict[str, Any]) -> set[str]:
    """Modules that the tests use as such, ``math.isclose``, and nothing else of that name.

    The program has no say in it: what it defines by the name would learn what the test expects, and decide.
    """
    names, bases = Counter[str](), Counter[str]()
    for code in _codes(order):
        with contextlib.suppress(*NO_TEST):
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.Name):
                    names[node.id] += 1
                elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    bases[node.value.id] += 1
    used = {name for name, count in names.items() if name in OWN_MODULES and bases[name] == count}
    return used - set(order["entry_points"])


def wanted_names(order: dict[str, Any]) -> list[str]:
    """All names that the tests of an order need from the program."""
    entry_points = frozenset(order["entry_points"])
    names = {t["function"] for t in order["tests"] if "function" in t}
    for code in _codes(order):
        with contextlib.suppress(*NO_TEST):  # reported where the test runs
            names.update(program_names(code, entry_points))
    return sorted(names)


def _codes(order: dict[str, Any]) -> list[str]:
    return [order["setup"], *(t["code"] for t in order["tests"] if "code" in t)]


NO_TEST = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What reading a test's code raises where it is not Python: zeros in it, brackets nested too deep."""
