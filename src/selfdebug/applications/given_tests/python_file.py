"""Python test code that a user gives: what in it is a test, what is a step to one, and what runs before all."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeGuard

from selfdebug.applications.given_tests.asserting import asserting, checks
from selfdebug.applications.given_tests.program_imports import program_module, renamed
from selfdebug.applications.problem_input import ProblemInputError
from selfdebug.unit_tests import Assertion, PytestFile, UnitTest

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class GivenTests:
    """Tests that were read.

    Attributes:
        tests: in their order.
        setup: Python code that runs before them.
    """

    tests: tuple[UnitTest, ...]
    setup: str = ""


def read_assertion(code: str, source: str) -> Assertion:
    """A test in a text of its own.

    Args:
        code: Python.
        source: where it is from, for messages.

    Raises:
        ProblemInputError: it is no Python, or nothing that it could find a program wrong by.
    """
    tree = _parsed(code, source)
    if not tree.body:
        raise ProblemInputError(f"{source} is empty: give a test such as 'assert f(2) == 4'.")
    asserted = asserting(code, tree, source)
    defined = [each for each in tree.body if isinstance(each, _Function)]
    done = [each for each in _parsed(asserted, source).body if not isinstance(each, _Function | ast.ClassDef)]
    if not checks(done, {each.name for each in defined}):
        calls = [f"{each.name}()" for each in defined if _is_test(each) and isinstance(each, ast.FunctionDef)]
        if calls:
            return Assertion("\n".join([asserted, *calls]))
        raise ProblemInputError(
            f"{source}: {code.strip()[:60]!r} compares nothing, so that every program would pass it: write an assertion"
            f" such as 'assert {_compared(tree.body[-1])} == …'."
        )
    return Assertion(asserted)


def _compared(node: ast.stmt) -> str:
    """What a statement without an assertion would compare: what it prints, what it calls or names."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name("print"), args=[value, *_])) | ast.Expr(value=value):
            return ast.unparse(value)[:60]
    return "f(2)"


def read_python_tests(text: str, source: str, folder: Path | None) -> GivenTests:
    """One test for each statement that asserts; imports, definitions and assignments before them are their setup.

    A function ``test_…`` without parameters, as pytest has them, is a test: its body is shown. What only pytest can run
    is run by it. Statements that check nothing are steps to the next that does.

    Args:
        text: Python.
        source: where it is from, for messages.
        folder: where the file is, if it is one: a module beside it is the program.

    Raises:
        ProblemInputError: it is no Python, or imports what is not there.
    """
    text = asserting(text, _parsed(text, source), source)
    tree = _parsed(text, source)
    module = program_module(tree, folder, source)
    if _needs_pytest(tree, module):
        return GivenTests(tuple(PytestFile(text, module, name) for name in _names_of_tests(tree)))
    if module:
        text = renamed(text, tree, module)
        tree = _parsed(text, source)
    lines = text.split("\n")  # as ast counts them; splitlines() would split at form feeds, too
    helpers = {node.name for node in tree.body if isinstance(node, _Function)}
    tests: list[Assertion] = []
    setup: list[str] = []
    steps: list[str] = []
    for number, node in enumerate(tree.body):
        code = _source(lines, node)
        match node:
            case ast.Expr(value=ast.Constant()) if number == 0:
                continue  # the file's docstring
            case ast.If(
                test=ast.Compare(left=ast.Name("__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")])
                | ast.Compare(left=ast.Constant("__main__"), ops=[ast.Eq()], comparators=[ast.Name("__name__")])
            ):
                continue  # what is for a file that is run itself
            case ast.FunctionDef() if _is_test(node):
                tests.append(_function_test(lines, node))
            case (
                ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef()
                | ast.Assign() | ast.AnnAssign()
            ):  # fmt: skip
                setup.append(code)
            case _ if not checks([node], helpers):
                steps.append(code)
            case _:
                tests.append(Assertion("\n".join([*steps, code])))
                steps = []
    if steps and tests:
        tests[-1] = Assertion("\n".join([tests[-1].code, *steps]))
    return GivenTests(tuple(tests), "\n".join(setup))


def _is_test(node: ast.stmt) -> TypeGuard[_Function]:
    return isinstance(node, _Function) and node.name.startswith("test")


def _needs_pytest(tree: ast.Module, module: str) -> bool:
    """Whether only pytest runs the tests as they are meant: they have classes, fixtures, parameters, coroutines."""
    texts = (str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant))
    # A text may name the program's module, such as that of what is to be patched.
    if "." in module or (module and any(text.split(".")[0] == module for text in texts)):
        return True
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and _holds_tests(node):
            return True
        decorators = node.decorator_list if isinstance(node, _Function) else []
        if any(_last_name(getattr(d, "func", d)) == "fixture" for d in decorators):
            return True
        if _is_test(node) and (
            node.decorator_list
            or any(isinstance(each, ast.arg) for each in ast.iter_child_nodes(node.args))
            or isinstance(node, ast.AsyncFunctionDef)
            or any(isinstance(each, ast.Yield | ast.YieldFrom) for each in _own_nodes(node))
        ):
            return True
    return False


def _last_name(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _names_of_tests(tree: ast.Module) -> Iterator[str]:
    """The tests as pytest names them; a class that inherits tests, or holds classes, as a whole."""
    for node in tree.body:
        if _is_test(node):
            yield node.name
        elif isinstance(node, ast.ClassDef) and _holds_tests(node):
            inherits = any(not base.endswith("TestCase") and base != "object" for base in map(_last_name, node.bases))
            if inherits or any(isinstance(each, ast.ClassDef) for each in node.body):
                yield node.name
            else:
                yield from (f"{node.name}::{each.name}" for each in node.body if _is_test(each))


def _holds_tests(node: ast.ClassDef) -> bool:
    is_case = node.name.startswith("Test") or any(base.endswith("TestCase") for base in map(_last_name, node.bases))
    return is_case and (bool(node.bases) or any(map(_is_test, node.body)))


def _function_test(lines: list[str], node: _Function) -> Assertion:
    """A function as a test: its body, or where that would mean something else outside, the function and its call."""
    body = _body(lines, node)
    returns = any(isinstance(each, ast.Return) for each in _own_nodes(node))
    return Assertion(f"{_source(lines, node)}\n{node.name}()" if returns or not _means(body, node.body) else body)


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """What is in a function, but not in functions and classes in it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def _body(lines: list[str], node: _Function) -> str:
    first = node.body[0]
    if lines[first.lineno - 1].encode()[: first.col_offset].strip():  # on the line of the def
        return "\n".join(_source(lines, each) for each in node.body)
    return textwrap.dedent("\n".join(lines[_first_line(first) - 1 : node.end_lineno]))


def _means(code: str, statements: list[ast.stmt]) -> bool:
    """Whether code is these statements. Text over several lines changes when its indentation is taken away."""
    try:
        return ast.dump(ast.parse(code)) == ast.dump(ast.Module(statements, []))
    except (SyntaxError, RecursionError):
        return False


def _source(lines: list[str], node: ast.stmt) -> str:
    """A statement's own text, with its decorators."""
    if (first := _first_line(node)) < node.lineno:
        return "\n".join(lines[first - 1 : node.end_lineno])
    return ast.get_source_segment("\n".join(lines), node) or ""


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _parsed(code: str, source: str) -> ast.Module:
    try:
        return ast.parse(code)
    except SyntaxError as error:
        raise ProblemInputError(f"{source} is not Python (line {error.lineno}: {error.msg}).") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ProblemInputError(f"{source} cannot be read as Python: {error}.") from None
