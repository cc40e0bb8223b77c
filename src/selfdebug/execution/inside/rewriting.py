"""Assertions that say what they saw: ``assert f(1) == 2`` fails with the actual and the expected value.

Each ``assert`` of a test becomes a call of a helper that gets both sides of the comparison. The helpers' names are no
identifiers, so that no code under test can define or call them by accident.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection
from typing import Any

from . import values

MAX_SHOWN = 2000
"""Characters of a value's ``repr`` that an outcome keeps."""

PURE = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "complex",
        "dict",
        "divmod",
        "enumerate",
        "float",
        "format",
        "frozenset",
        "int",
        "isinstance",
        "len",
        "list",
        "map",
        "max",
        "min",
        "ord",
        "chr",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "sorted",
        "str",
        "sum",
        "tuple",
        "type",
        "zip",
    ]
)
"""Built-in functions that a test applies to a result before it compares it."""

_OPERATORS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
    ast.In: ("in", lambda left, right: left in right),
    ast.NotIn: ("not in", lambda left, right: left not in right),
}
OPERATORS = dict(_OPERATORS.values())


def operator_name(node: ast.cmpop) -> str:
    """How a comparison is written."""
    return _OPERATORS[type(node)][0]


def show(value: Any) -> str:
    """A value's ``repr``, cut at `MAX_SHOWN` characters."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001  (huge integers, deep nesting)
        return f"<{type(value).__name__}, not shown: {error}>"
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}… ({len(text)} characters)"


class CheckFailed(AssertionError):  # noqa: N818  (an assertion's outcome, not an error of ours)
    """An assertion that did not hold, with what it saw."""

    def __init__(self, actual: Any, expected: str, assertion: str, message: Any = None) -> None:
        super().__init__(assertion if message is None else f"{assertion}: {message}")
        self.actual, self.expected, self.assertion = actual, expected, assertion

    def shown(self) -> list[str]:
        """Actual and expected value and the assertion, as text."""
        return [show(self.actual), self.expected, self.assertion]


def expectation(name: str, expected: Any) -> str:
    """What the actual value should have been: the value itself for equality, else with the comparison's sign."""
    return show(expected) if name == "==" else f"{name} {show(expected)}"


def helpers(seen: list[Any] | None = None) -> dict[str, Any]:
    """The functions that rewritten code calls, by their names.

    Args:
        seen: receives the actual value of each assertion, for the outcome's key.
    """
    record: Callable[[Any], None] = (lambda value: None) if seen is None else seen.append

    def compare(name: str, left: Any, right: Any, swapped: bool, text: str, message: Callable[[], Any] | None) -> None:
        actual, expected = (right, left) if swapped else (left, right)
        record(actual)
        if not OPERATORS[name](left, right):
            raise CheckFailed(actual, expectation(name, expected), text, message and message())

    def close(function: Any, arguments: Any, named: Any, text: str, message: Callable[[], Any] | None) -> None:
        actual = arguments[0] if arguments else named.get("a")
        record(actual)
        if not function(*arguments, **named):
            expected = arguments[1] if len(arguments) > 1 else named.get("b")
            raise CheckFailed(actual, f"close to {show(expected)}", text, message and message())

    def truth(value: Any, wanted: bool, text: str, message: Callable[[], Any] | None) -> None:
        record(value)
        if bool(value) is not wanted:
            raise CheckFailed(value, "a true value" if wanted else "a false value", text, message and message())

    return {"@compare": compare, "@close": close, "@truth": truth}


def rewrite(code: str, targets: Collection[str]) -> ast.Module:
    """Parse test code and give each ``assert`` its helper.

    Args:
        code: Python source of a test.
        targets: names that the program provides, to tell the actual side of a comparison from the expected one.

    Raises:
        SyntaxError: the test is not Python.
    """
    tree = ast.parse(code)
    rewritten: ast.Module = ast.fix_missing_locations(_Rewriter(code, targets).visit(tree))
    return rewritten


class _Rewriter(ast.NodeTransformer):
    def __init__(self, code: str, targets: Collection[str]) -> None:
        self._code = code
        self._targets = frozenset(targets)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        text = ast.get_source_segment(self._code, node) or ast.unparse(node)
        message: ast.expr = ast.Constant(None)
        if node.msg is not None:
            nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
            message = ast.Lambda(args=nothing, body=node.msg)
        tail = [ast.Constant(text[:MAX_SHOWN]), message]
        test = node.test
        call: ast.expr
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            left, right = test.left, test.comparators[0]
            swapped = self._computed(right) and not self._computed(left)
            call = self._call(
                "@compare", ast.Constant(operator_name(test.ops[0])), left, right, ast.Constant(swapped), *tail
            )
        elif is_close(test):
            assert isinstance(test, ast.Call)
            named = ast.Dict(
                keys=[ast.Constant(k.arg) if k.arg else None for k in test.keywords],
                values=[k.value for k in test.keywords],
            )
            call = self._call("@close", test.func, ast.Tuple(elts=test.args, ctx=ast.Load()), named, *tail)
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            call = self._call("@truth", test.operand, ast.Constant(False), *tail)
        else:
            call = self._call("@truth", test, ast.Constant(True), *tail)
        return ast.copy_location(ast.Expr(call), node)

    @staticmethod
    def _call(name: str, *arguments: ast.expr) -> ast.expr:
        return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=list(arguments), keywords=[])

    def _computed(self, node: ast.expr) -> bool:
        """Whether this side of a comparison comes from the program."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self._targets:
                return True
            if isinstance(part, ast.Call) and not (isinstance(part.func, ast.Name) and part.func.id in PURE):
                return True
        return False


def is_close(node: ast.expr) -> bool:
    """Whether an expression is ``math.isclose(a, b)`` or a function of that name."""
    if not isinstance(node, ast.Call) or any(isinstance(a, ast.Starred) for a in node.args):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("isclose", "allclose")


def digest_source(seen: list[Any]) -> Any:
    """The actual values of a test in the form in which equal ones are alike; what is not plain counts by its type."""
    found = []
    for value in seen:
        try:
            found.append(values.canonical(value))
        except (ValueError, TypeError, RecursionError, MemoryError):
            found.append(["not plain", type(value).__name__])
    return found
