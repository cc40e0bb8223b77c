"""Assertions that the judge can settle by itself: ``assert set(f([1, 2])) == {1, 2}``.

Most tests of the benchmarks have this form: calls of the program with literal arguments, their results passed through
pure built-in functions, and one comparison. Then all calls are known beforehand and can be sent at once, and nothing
is executed but the few operations allowed here. Every other test runs as Python in a process of its own
(`remote`): this module answers ``None`` for whatever it does not know to be harmless.
"""

from __future__ import annotations

import ast
import builtins
import math
from dataclasses import dataclass
from typing import Any

from . import rewriting

_NAMESPACE: dict[str, Any] = {
    name: getattr(builtins, name) for name in rewriting.PURE - {"map", "format", "range", "divmod"}
}
_MATH = frozenset(["isclose", "floor", "ceil", "fabs", "sqrt", "pi", "e", "inf", "nan", "trunc"])
_NODES = (
    ast.Compare, ast.cmpop, ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.unaryop, ast.BinOp,
    ast.Add, ast.Sub, ast.Div, ast.Load, ast.expr_context, ast.keyword, ast.Subscript, ast.Slice, ast.Expression,
)  # fmt: skip


@dataclass(slots=True)
class Assertion:
    """One simple assertion.

    Attributes:
        text: source of the assertion.
        calls: ``(function, arguments, named arguments)`` to make in this order.
        kind: ``compare``, ``close``, ``true`` or ``false``.
        sides: the expressions to evaluate: two for a comparison or closeness, else one.
        operator: of a comparison, as it is written.
        swapped: the actual value is on the right.
    """

    text: str
    calls: list[tuple[str, list[Any], dict[str, Any]]]
    kind: str
    sides: list[ast.expr]
    operator: str = ""
    swapped: bool = False
    close_named: dict[str, ast.expr] | None = None


class _NotSimple(Exception):  # noqa: N818
    pass


def parse(code: str, targets: frozenset[str]) -> Assertion | None:
    """Understand a test as a simple assertion.

    Args:
        code: Python source of the test.
        targets: names that are the program's even though they are built-in functions' too.

    Returns:
        The assertion; ``None`` if it is anything else.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    if len(tree.body) != 1 or not isinstance(statement := tree.body[0], ast.Assert) or statement.msg is not None:
        return None
    reader = _Reader(targets)
    try:
        return reader.read(statement.test, code.strip())
    except (_NotSimple, RecursionError):
        return None


class _Reader:
    def __init__(self, targets: frozenset[str]) -> None:
        self._targets = targets
        self._calls: list[tuple[str, list[Any], dict[str, Any]]] = []

    def read(self, test: ast.expr, text: str) -> Assertion:
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            left = self._visit(test.left)
            of_left = len(self._calls)
            right = self._visit(test.comparators[0])
            swapped = not of_left and bool(self._calls)
            name = rewriting.operator_name(test.ops[0])
            result = Assertion(text, self._calls, "compare", [left, right], name, swapped)
        elif rewriting.is_close(test) and isinstance(test, ast.Call) and len(test.args) == 2:
            if not (isinstance(test.func, ast.Attribute) and getattr(test.func.value, "id", "") == "math"):
                raise _NotSimple
            named = {k.arg: self._visit(k.value) for k in test.keywords if k.arg in ("rel_tol", "abs_tol")}
            if len(named) != len(test.keywords):
                raise _NotSimple
            sides = [self._visit(a) for a in test.args]
            result = Assertion(text, self._calls, "close", sides, close_named=named)
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            result = Assertion(text, self._calls, "false", [self._visit(test.operand)])
        else:
            result = Assertion(text, self._calls, "true", [self._visit(test)])
        if not self._calls:
            raise _NotSimple
        return result

    def _visit(self, node: ast.expr) -> Any:
        """Check a node and put a numbered name in place of each call of the program."""
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.Call):
            return self._visit_call(node)
        if isinstance(node, ast.Name):
            if (
                node.id in ("int", "str", "float", "list", "tuple", "dict", "set", "bool")
                and node.id not in self._targets
            ):
                return node
            raise _NotSimple
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == "math" and node.attr in _MATH:
                return node
            raise _NotSimple
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.Mult):
            if not (isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant)):
                raise _NotSimple
            if not all(isinstance(c.value, int | float) and abs(c.value) <= 64 for c in (node.left, node.right)):
                raise _NotSimple
            return node
        if not isinstance(node, _NODES):
            raise _NotSimple
        for field, child in ast.iter_fields(node):
            if isinstance(child, ast.expr):
                setattr(node, field, self._visit(child))
            elif isinstance(child, list):
                setattr(node, field, [self._visit(c) if isinstance(c, ast.expr) else c for c in child])
        return node

    def _visit_call(self, node: ast.Call) -> ast.expr:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name is None or (name in _NAMESPACE and name not in self._targets):
            if name is None and not isinstance(node.func, ast.Attribute):
                raise _NotSimple
            if name is None:
                self._visit(node.func)
            node.args = [self._visit(a) for a in node.args]
            for keyword in node.keywords:
                if keyword.arg is None:
                    raise _NotSimple
                keyword.value = self._visit(keyword.value)
            return node
        try:
            arguments = [ast.literal_eval(a) for a in node.args]
            named = {k.arg: ast.literal_eval(k.value) for k in node.keywords if k.arg}
        except (ValueError, TypeError, SyntaxError):
            raise _NotSimple from None
        if len(named) != len(node.keywords):
            raise _NotSimple
        self._calls.append((name, arguments, named))
        return ast.Name(id=f"@{len(self._calls) - 1}", ctx=ast.Load())


def judge(assertion: Assertion, results: list[Any]) -> tuple[bool, Any, str]:
    """Settle an assertion.

    Args:
        assertion: what `parse` gave.
        results: what its calls returned, in their order.

    Returns:
        Whether it holds, the actual value, and the expected one as text.

    Raises:
        Exception: what evaluating it raised, as Python would: ``sorted(3)`` is a TypeError.
    """
    sides = [_evaluate(side, results) for side in assertion.sides]
    if assertion.kind == "compare":
        left, right = sides
        actual, expected = (right, left) if assertion.swapped else (left, right)
        holds = bool(rewriting.OPERATORS[assertion.operator](left, right))
        return holds, actual, "" if holds else rewriting.expectation(assertion.operator, expected)
    if assertion.kind == "close":
        named = {name: _evaluate(node, results) for name, node in (assertion.close_named or {}).items()}
        holds = math.isclose(*sides, **named)
        return holds, sides[0], f"close to {rewriting.show(sides[1])}"
    wanted = assertion.kind == "true"
    return bool(sides[0]) is wanted, sides[0], "a true value" if wanted else "a false value"


def _evaluate(node: ast.expr, results: list[Any]) -> Any:
    if isinstance(node, ast.Name) and node.id[0] == "@":
        return results[int(node.id[1:])]
    if isinstance(node, ast.Constant):
        return node.value
    try:
        return ast.literal_eval(node)
    except ValueError:
        pass
    namespace = {"__builtins__": {}, "math": math, **_NAMESPACE}
    namespace.update((f"@{i}", value) for i, value in enumerate(results))
    expression = ast.fix_missing_locations(ast.Expression(node))
    return eval(compile(expression, "<test>", "eval"), namespace)  # checked node by node by `parse`
