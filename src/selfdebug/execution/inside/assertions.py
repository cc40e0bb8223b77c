"""One assertion, divided: what the program's process evaluates of it, and what the judge does with the value.

Of ``assert abs(f(2) - 0.5) < 1e-6`` the program's process gets ``f(2)``; the rest stays with the judge, which applies
it to the value that comes back. That is the same as Python only if nothing but that one value comes from the program,
if the rest is made of literals and pure built-in functions, and if the value is a plain one. The first two are read off
the assertion here, the third is seen when the value is there.
"""

from __future__ import annotations

import ast
import builtins
import copy
import math
from dataclasses import dataclass, field
from typing import Any

from . import checking, rewriting
from .checking import OPERATORS, expectation, show
from .protocol import Offer, RunHere

VALUE = "@value"
"""Name that stands for the program's value in what the judge evaluates. It is no identifier: nobody else can use it."""

_NAMESPACE: dict[str, Any] = {
    name: getattr(builtins, name) for name in rewriting.PURE - {"map", "format", "range", "divmod"}
}
_MATH = frozenset(["isclose", "floor", "ceil", "fabs", "sqrt", "pi", "e", "inf", "nan", "trunc"])
_JUDGED = (
    ast.cmpop, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.unaryop, ast.BinOp, ast.Add, ast.Sub, ast.Div,
    ast.expr_context, ast.keyword, ast.Subscript, ast.Slice,
)  # fmt: skip
_SINGLETONS = (None, True, False, Ellipsis)


@dataclass(slots=True)
class DividedAssertion:
    """One assertion: a value of the program's, and what must hold of it.

    Attributes:
        text: source of the assertion.
        asked: the expression that the program's process evaluates.
        kind: ``compare``, ``close``, ``true`` or ``false``.
        sides: the expressions that the judge evaluates: two for a comparison or closeness, else one.
        operator: of a comparison, as it is written.
        swapped: the actual value is on the right.
        close_named: tolerances of ``isclose``.
        relies: names of the library that mean what they usually do, unless the program defines them.
        bare: the value itself is compared, so that the order of a set and the like cannot matter.
        whole: the assertion with `VALUE` in place of what the program evaluates.
    """

    text: str
    asked: ast.expr
    kind: str
    sides: list[ast.expr]
    operator: str = ""
    swapped: bool = False
    close_named: dict[str, ast.expr] = field(default_factory=dict)
    relies: tuple[str, ...] = ()
    bare: bool = False
    whole: ast.Assert = field(default_factory=lambda: ast.Assert(ast.Constant(True)))

    def judge(self, value: Any) -> tuple[bool, Any, str]:
        """Apply the rest of the assertion to the program's value.

        Returns:
            Whether it holds, the actual value, and the expected one as text.

        Raises:
            Exception: what evaluating it raised, as Python would: ``sorted(3)`` is a TypeError.
        """
        sides = [_evaluate(side, value) for side in self.sides]
        if self.kind == "compare":
            left, right = sides
            actual, expected = (right, left) if self.swapped else (left, right)
            holds = bool(OPERATORS[self.operator](left, right))
            return holds, actual, "" if holds else expectation(self.operator, expected)
        if self.kind == "close":
            named = {name: _evaluate(node, value) for name, node in self.close_named.items()}
            return math.isclose(*sides, **named), sides[0], f"close to {show(sides[1])}"
        wanted = self.kind == "true"
        return bool(sides[0]) is wanted, sides[0], "a true value" if wanted else "a false value"

    def offer(self) -> Offer:
        """How the program's process is to offer the value."""
        return Offer(self.relies, self.bare)

    def rest(self) -> RunHere:
        """The rest of the assertion for the program's process, where the value turned out not to be a plain one."""
        rest = _Placed().visit(copy.deepcopy(self.whole))
        return RunHere(rewriting.compiled(ast.Module([rewriting.in_place_of(rest, self.text)], [])))


class _Placed(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return rewriting.placeholder(checking.VALUE) if node.id == VALUE else node


class NotSplitError(Exception):
    """The test must run in the program's own process."""


class NothingAskedError(NotSplitError):
    """Nothing in an assertion comes from the program."""


def is_literal(node: ast.expr) -> bool:
    """Whether an expression is made of constants alone, ``[1, 3 * 19]``: nothing of the program's has a part in it."""
    kind = type(node)
    if kind is ast.Constant:
        return True
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(map(is_literal, node.elts))
    if isinstance(node, ast.Dict):
        return all(k is not None and is_literal(k) for k in node.keys) and all(map(is_literal, node.values))
    if isinstance(node, ast.UnaryOp):
        return is_literal(node.operand)
    if isinstance(node, ast.BinOp):
        return is_literal(node.left) and is_literal(node.right)
    if isinstance(node, ast.Slice):
        return all(part is None or is_literal(part) for part in (node.lower, node.upper, node.step))
    return False


class AssertionReader:
    """Reads one assertion."""

    def __init__(self, bound: frozenset[str]) -> None:
        self._bound = bound
        self._asked: list[ast.expr] = []
        self._relies: set[str] = set()

    def read(self, statement: ast.Assert, text: str) -> DividedAssertion:
        test = statement.test
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            name = rewriting.SIGNS[type(test.ops[0])]
            test.left = left = self._visit(test.left)
            on_left = bool(self._asked)
            right = self._visit(test.comparators[0])
            test.comparators = [right]
            if name in ("is", "is not"):
                self._singletons(left, right)
            check = DividedAssertion(text, self._one(), "compare", [left, right], name, not on_left)
            check.bare = _is_value(right if check.swapped else left)
        elif rewriting.is_close(test):
            check = self._close(test, text)
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test.operand = self._visit(test.operand)
            check = DividedAssertion(text, self._one(), "false", [test.operand])
        else:
            statement.test = self._visit(test)
            check = DividedAssertion(text, self._one(), "true", [statement.test])
        constant = [side.value for side in check.sides if isinstance(side, ast.Constant)]
        if check.kind in ("true", "false") or any(value is s for value in constant for s in (None, True, False)):
            self._answer(check)
        check.relies, check.whole = tuple(sorted(self._relies)), statement
        return check

    def _close(self, test: ast.expr, text: str) -> DividedAssertion:
        """``math.isclose`` alone: of another function of the name the judge knows nothing."""
        assert isinstance(test, ast.Call)
        if not (_is_math(test.func) and self._free("math") and len(test.args) == 2):
            raise NotSplitError
        self._relies.add("math")
        test.args = [self._visit(a) for a in test.args]
        named = {}
        for keyword in test.keywords:
            if keyword.arg not in ("rel_tol", "abs_tol"):
                raise NotSplitError
            keyword.value = named[keyword.arg] = self._visit(keyword.value)
        return DividedAssertion(text, self._one(), "close", list(test.args), close_named=named)

    def _one(self) -> ast.expr:
        """The one value that comes from the program. Of two, one may change what the other is made of."""
        if not self._asked:
            raise NothingAskedError
        if len(self._asked) > 1:
            raise NotSplitError
        return self._asked[0]

    @staticmethod
    def _singletons(left: ast.expr, right: ast.expr) -> None:
        """Identity is kept by a handful of objects only."""
        for one, other in ((left, right), (right, left)):
            if _is_value(one) and isinstance(other, ast.Constant) and any(other.value is s for s in _SINGLETONS):
                return
        raise NotSplitError

    def _answer(self, check: DividedAssertion) -> None:
        """``assert f(2)`` asks for the program's own answer. What looks into a result may find an object that lies."""
        asked = check.asked
        if isinstance(asked, ast.Name) and check.kind == "compare":
            return
        if not (isinstance(asked, ast.Call) and isinstance(asked.func, ast.Name)):
            raise NotSplitError
        if not all(map(is_literal, [*asked.args, *(k.value for k in asked.keywords)])):
            raise NotSplitError
        if check.kind != "compare":
            if not _is_value(check.sides[0]):
                raise NotSplitError
            check.bare = True

    def _free(self, name: str) -> bool:
        return name not in self._bound

    def _visit(self, node: ast.expr) -> Any:
        """Check a node and put `VALUE` in place of what comes from the program."""
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.Name):
            if node.id not in _NAMESPACE or not self._free(node.id):
                return self._ask(node)
            self._relies.add(node.id)
            return node
        if isinstance(node, ast.Attribute):
            if _is_math(node) and self._free("math"):
                self._relies.add("math")
                return node
            return self._ask(node)
        if isinstance(node, ast.Call):
            return self._visit_call(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is_small(node.right):
            node.left = self._visit(node.left)
            return node
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.Mult):
            return ast.copy_location(ast.Constant(_computed(node)), node)
        if not isinstance(node, _JUDGED):
            raise NotSplitError
        if isinstance(node, ast.Dict) and None in node.keys:
            raise NotSplitError
        for name, child in ast.iter_fields(node):
            if isinstance(child, ast.expr):
                setattr(node, name, self._visit(child))
            elif isinstance(child, list):
                setattr(node, name, [self._visit(c) if isinstance(c, ast.expr) else c for c in child])
        return node

    def _visit_call(self, node: ast.Call) -> ast.expr:
        function = node.func
        pure = isinstance(function, ast.Name) and function.id in _NAMESPACE and self._free(function.id)
        if not pure and not (_is_math(function) and self._free("math")):
            return self._ask(node)
        node.args = [self._visit(a) for a in node.args]
        if pure and not node.keywords and len(node.args) == 1 and _is_value(node.args[0]):
            # Nothing but that value goes in: as it comes out is what the program gives.
            node.args = [self._asked.pop()]
            return self._ask(node)
        node.func = self._visit(function)
        for keyword in node.keywords:
            if keyword.arg is None:
                raise NotSplitError
            keyword.value = self._visit(keyword.value)
        return node

    def _ask(self, node: ast.expr) -> ast.expr:
        self._asked.append(node)
        return ast.copy_location(ast.Name(VALUE, ast.Load()), node)


def _is_small(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and abs(node.value) <= 64


_MOST_BITS = 1 << 17


def _computed(node: ast.expr) -> int | float:
    """The value of a product or power of numbers, if it is not too large to be computed."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_computed(node.operand)
    if isinstance(node, ast.BinOp):
        left, right = _computed(node.left), _computed(node.right)
        bits = left.bit_length() if isinstance(left, int) else 64
        try:
            if isinstance(node.op, ast.Pow) and abs(right) * bits <= _MOST_BITS:
                power = left**right
                if isinstance(power, int | float):
                    return power
            elif isinstance(node.op, ast.Mult):
                return left * right
        except ArithmeticError:
            pass
    raise NotSplitError


def _is_math(node: ast.expr) -> bool:
    owner = node.value if isinstance(node, ast.Attribute) and node.attr in _MATH else None
    return isinstance(owner, ast.Name) and owner.id == "math"


def _is_value(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == VALUE


def _evaluate(node: ast.expr, value: Any) -> Any:
    if _is_value(node):
        return value
    if isinstance(node, ast.Constant):
        return node.value
    try:
        return ast.literal_eval(node)
    except ValueError:
        pass
    namespace = {"__builtins__": {}, "math": math, **_NAMESPACE, VALUE: value}
    expression = ast.fix_missing_locations(ast.Expression(node))
    return eval(compile(expression, "<test>", "eval"), namespace)  # checked node by node by `AssertionReader`
