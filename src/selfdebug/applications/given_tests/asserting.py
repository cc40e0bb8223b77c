"""Tests that compare and do not assert: ``f(1) == 2`` alone passes every program. They are taken as assertions.

Only the reading of tests that users write is here; what is a test of which kind is decided in `python_file`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator

from selfdebug.applications.given_tests.program_imports import edited
from selfdebug.applications.problem_input import ProblemInputError

_PREDICATES = frozenset(
    ["isinstance", "issubclass", "all", "any", "callable", "hasattr", "isclose", "allclose", "array_equal"]
)
_CHECKING = re.compile(r"assert.*|check|verify|expect|raises|warns|fail|exit")


def asserting(code: str, tree: ast.Module, source: str) -> str:
    """The code with ``assert`` before each statement that only compares, wherever it stands.

    A comparison and a text, ``f(1) == 2, "why"``, is an assertion with its message, also where the two stand in
    parentheses behind ``assert``, which alone would always be true.

    Args:
        code: of tests.
        tree: what it is, parsed.
        source: where it is from, for messages.

    Raises:
        ProblemInputError: another tuple is asserted.
    """
    return edited(
        code, [edit for node in ast.walk(tree) if isinstance(node, ast.stmt) for edit in _edits(node, code, source)]
    )


def _edits(node: ast.stmt, code: str, source: str) -> Iterator[tuple[ast.stmt, str]]:
    text = ast.get_source_segment(code, node)
    match node:
        case ast.Expr(value=ast.Tuple(elts=[claim, ast.Constant(str()) | ast.JoinedStr() as why])) if _claims(claim):
            yield node, f"assert {_part(code, claim)}, {_part(code, why)}"
        case ast.Expr(value=claim) if _claims(claim):
            yield node, f"assert {text}"
        case ast.Assert(test=ast.Tuple(elts=[claim, ast.Constant(str()) | ast.JoinedStr() as why]), msg=None):
            yield node, f"assert {_part(code, claim)}, {_part(code, why)}"
        case ast.Assert(test=ast.Tuple(elts=[_, *_])):
            raise ProblemInputError(
                f"{source}: '{text}' (line {node.lineno}) asserts a tuple, which is always true: write an assertion for"
                " each part."
            )


def _part(code: str, node: ast.expr) -> str:
    """An expression's text, in parentheses if it only has its meaning inside of some."""
    text = ast.get_source_segment(code, node) or ast.unparse(node)
    return f"({text})" if "\n" in text else text


def _claims(node: ast.expr) -> bool:
    """Whether an expression says that something holds."""
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(values=values):
            return any(map(_claims, values))
        case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
            return name in _PREDICATES
    return False


def checks(nodes: Iterable[ast.AST], helpers: Collection[str] = ()) -> bool:
    """Whether code can find a program wrong: it asserts, raises, or calls what by its name does.

    Args:
        nodes: statements.
        helpers: names of functions that the tests define themselves, and so may assert.
    """
    for node in (each for top in nodes for each in ast.walk(top)):
        match node:
            case ast.Assert() | ast.Raise():
                return True
            case ast.Call(func=ast.Name(name) | ast.Attribute(attr=name)):
                if name in helpers or _CHECKING.fullmatch(name):
                    return True
    return False
