"""What a test asks of the program, and what the judge decides by itself.

Of ``assert abs(f(2) - 0.5) < 1e-6`` the program's process gets ``f(2)``; the rest stays with the judge, which applies
it to the value that comes back. That is the same as Python only if nothing but that one value comes from the program,
if the rest is made of literals and pure built-in functions, and if the value is a plain one. The first two are read off
the test here, the third is seen when the value is there. A test in which anything else happens runs in the program's
own process as it is (`rewriting`).
"""

from __future__ import annotations

import ast
import builtins
import copy
import math
from dataclasses import dataclass, field
from typing import Any, NoReturn

from . import checking, rewriting
from .checking import CHECK, OPERATORS, expectation, show

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
class Check:
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
        rest: the whole assertion with `VALUE` in place of what the program evaluates.
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
    rest: ast.Assert = field(default_factory=lambda: ast.Assert(ast.Constant(True)))

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

    def in_program(self) -> ast.Module:
        """The rest of the assertion for the program's process, where the value turned out not to be a plain one."""
        rest = _Placed().visit(copy.deepcopy(self.rest))
        return ast.Module([rewriting.in_place_of(rest, self.text)], [])


class _Placed(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return rewriting.placeholder(checking.VALUE) if node.id == VALUE else node


@dataclass(slots=True)
class Split:
    """A test whose assertions the judge decides.

    Attributes:
        checks: its assertions, in the order in which they are reached.
        code: what the program's process runs; calls what is put in place of `checking.CHECK` with the number of the
            assertion and the value. ``None`` where the test is one assertion and nothing else.
        ends: whether nothing is left to run after the last assertion.
    """

    checks: list[Check]
    code: ast.Module | None
    ends: bool


class _NotSplit(Exception):  # noqa: N818
    """The test must run in the program's own process."""


class _NothingAsked(_NotSplit):
    """Nothing in an assertion comes from the program."""


def split(code: str) -> Split | None:
    """Divide a test; ``None`` if it must run in the program's own process."""
    try:
        tree = ast.parse(code)
        if len(tree.body) == 1 and isinstance(only := tree.body[0], ast.Assert):  # most tests: read with some care
            check = _Splitter(code, frozenset()).check(only, code.strip()[: checking.MAX_SHOWN])
            return Split([check], None, ends=True)
        return _Splitter(code, rewriting.bound_names(tree)).split(tree)
    except (*rewriting.NO_TEST, _NotSplit):
        return None


class _Splitter:
    def __init__(self, code: str, bound: frozenset[str]) -> None:
        self._code, self._bound = code, bound
        self._own: set[str] = set()
        self._checks: list[Check] = []

    def split(self, tree: ast.Module) -> Split:
        last = tree.body[-1] if tree.body else None
        function = self._called_last(tree)
        body: list[ast.stmt] = []
        for statement in tree.body:
            if statement is function or (statement is last and function is not None):
                body.append(statement)
            else:
                body += self._statement(statement)
        if function is not None:
            last = function.body[-1]
            function.body = [inner for statement in function.body for inner in self._statement(statement)]
        if not self._checks:
            raise _NotSplit
        return Split(self._checks, ast.Module(body, []), ends=isinstance(last, ast.Assert) and not _is_true(last))

    @staticmethod
    def _called_last(tree: ast.Module) -> ast.FunctionDef | None:
        """Of a test such as ``def check(candidate): …; check(f)`` the function: it is called once, at the end."""
        last = tree.body[-1] if tree.body else None
        if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)):
            return None
        call = last.value
        if not (isinstance(call.func, ast.Name) and all(isinstance(a, ast.Name) for a in call.args)) or call.keywords:
            return None
        name = call.func.id
        found = [s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == name]
        uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
        if len(found) != 1 or uses != 1 or found[0].decorator_list or found[0].args.defaults:
            return None
        return found[0]

    def _statement(self, statement: ast.stmt) -> list[ast.stmt]:
        if isinstance(statement, ast.Assert):
            if _is_true(statement):
                return []
            check = self.check(statement, rewriting.source_of(statement, self._code))
            self._checks.append(check)
            number = ast.Constant(len(self._checks) - 1)
            return [ast.Expr(rewriting.call_of(CHECK, number, check.asked))]
        if isinstance(statement, ast.Expr):
            self._ask(statement.value)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._target(target)
            self._ask(statement.value)
            names = {n.id for t in statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            self._own = self._own | names if self._owns(statement.value) else self._own - names
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            self._own |= {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
        elif not isinstance(statement, ast.Pass):
            raise _NotSplit
        return [statement]

    def _owns(self, node: ast.expr) -> bool:
        """Whether an expression is the test's own: a literal, or what begins with one or with what is imported.

        Where such a thing meets a value of the program's, as in ``operator.eq(f(2), [4])``, an object that lies would
        have its say.
        """
        if _literal(node):
            return True
        while isinstance(node, ast.Attribute | ast.Call | ast.Subscript | ast.Starred):
            node = node.func if isinstance(node, ast.Call) else node.value
        return _literal(node) or (isinstance(node, ast.Name) and node.id in self._own)

    def _target(self, node: ast.expr) -> None:
        if isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                self._target(element)
        elif not isinstance(node, ast.Name):
            self._ask(node)

    # -- assertions --------------------------------------------------------------------------------------------

    def check(self, statement: ast.Assert, text: str) -> Check:
        """Divide an assertion, which is changed."""
        # Its message is of no account: whether the assertion holds does not depend on it.
        if any(isinstance(n, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr) for n in _nodes(statement.msg)):
            raise _NotSplit
        try:
            check = _Reader(self._bound).read(statement, text)
        except _NothingAsked:  # what is called has a built-in function's name: a program's own ``sum``, say
            called = [
                n.func.id for n in ast.walk(statement) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
            ]
            check = _Reader(self._bound.union(called)).read(statement, text)
        self._ask(check.asked)
        return check

    def _ask(self, node: ast.expr) -> None:
        """Refuse what must not be evaluated by the program's process if the judge is to decide.

        There a value may be an object of the program's own, which answers to operators as it likes. So literals may
        be what it is called with, and nothing else may be done with them.
        """
        if _literal(node):
            return
        if isinstance(node, ast.Name):
            return
        if isinstance(node, ast.Attribute):
            self._ask(node.value)
        elif isinstance(node, ast.Subscript):
            self._ask(node.value)
            if not _literal(node.slice):
                self._ask(node.slice)
        elif isinstance(node, ast.Call):
            self._ask(node.func)
            given = [*node.args, *(k.value for k in node.keywords)]
            known = list(map(self._owns, given))
            if not all(known) and (any(known) or self._owns(node.func)):
                raise _NotSplit
            for argument in given:
                self._ask(argument.value if isinstance(argument, ast.Starred) else argument)
        elif isinstance(node, ast.List | ast.Tuple):
            for element in node.elts:
                self._ask(element)
        else:
            raise _NotSplit


def _literal(node: ast.expr) -> bool:
    """Whether an expression is made of constants alone, ``[1, 3 * 19]``: nothing of the program's has a part in it."""
    kind = type(node)
    if kind is ast.Constant:
        return True
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(map(_literal, node.elts))
    if isinstance(node, ast.Dict):
        return all(k is not None and _literal(k) for k in node.keys) and all(map(_literal, node.values))
    if isinstance(node, ast.UnaryOp):
        return _literal(node.operand)
    if isinstance(node, ast.BinOp):
        return _literal(node.left) and _literal(node.right)
    if isinstance(node, ast.Slice):
        return all(part is None or _literal(part) for part in (node.lower, node.upper, node.step))
    return False


def _nodes(node: ast.expr | None) -> list[ast.AST]:
    return [] if node is None else list(ast.walk(node))


class _Reader:
    """Reads one assertion."""

    def __init__(self, bound: frozenset[str]) -> None:
        self._bound = bound
        self._asked: list[ast.expr] = []
        self._relies: set[str] = set()

    def read(self, statement: ast.Assert, text: str) -> Check:
        test = statement.test
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            name = rewriting.operator_name(test.ops[0])
            test.left = left = self._visit(test.left)
            on_left = bool(self._asked)
            right = self._visit(test.comparators[0])
            test.comparators = [right]
            if name in ("is", "is not"):
                self._singletons(left, right)
            check = Check(text, self._one(), "compare", [left, right], name, not on_left)
            check.bare = _is_value(right if check.swapped else left)
        elif rewriting.is_close(test):
            check = self._close(test, text)
        elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test.operand = self._visit(test.operand)
            check = Check(text, self._one(), "false", [test.operand])
        else:
            statement.test = self._visit(test)
            check = Check(text, self._one(), "true", [statement.test])
        constant = [side.value for side in check.sides if isinstance(side, ast.Constant)]
        if check.kind in ("true", "false") or any(value is s for value in constant for s in (None, True, False)):
            self._answer(check)
        check.relies, check.rest = tuple(sorted(self._relies)), statement
        return check

    def _close(self, test: ast.expr, text: str) -> Check:
        """``math.isclose`` alone: of another function of the name the judge knows nothing."""
        assert isinstance(test, ast.Call)
        if not (_is_math(test.func) and self._free("math") and len(test.args) == 2):
            raise _NotSplit
        self._relies.add("math")
        test.args = [self._visit(a) for a in test.args]
        named = {}
        for keyword in test.keywords:
            if keyword.arg not in ("rel_tol", "abs_tol"):
                raise _NotSplit
            keyword.value = named[keyword.arg] = self._visit(keyword.value)
        return Check(text, self._one(), "close", list(test.args), close_named=named)

    def _one(self) -> ast.expr:
        """The one value that comes from the program. Of two, one may change what the other is made of."""
        if not self._asked:
            raise _NothingAsked
        if len(self._asked) > 1:
            raise _NotSplit
        return self._asked[0]

    @staticmethod
    def _singletons(left: ast.expr, right: ast.expr) -> None:
        """Identity is kept by a handful of objects only."""
        for one, other in ((left, right), (right, left)):
            if _is_value(one) and isinstance(other, ast.Constant) and any(other.value is s for s in _SINGLETONS):
                return
        raise _NotSplit

    def _answer(self, check: Check) -> None:
        """``assert f(2)`` asks for the program's own answer. What looks into a result may find an object that lies."""
        asked = check.asked
        if isinstance(asked, ast.Name) and check.kind == "compare":
            return
        if not (isinstance(asked, ast.Call) and isinstance(asked.func, ast.Name)):
            raise _NotSplit
        if not all(map(_literal, [*asked.args, *(k.value for k in asked.keywords)])):
            raise _NotSplit
        if check.kind != "compare":
            if not _is_value(check.sides[0]):
                raise _NotSplit
            check.bare = True

    def _free(self, name: str) -> bool:
        return name not in self._bound

    def _visit(self, node: ast.expr) -> Any:
        """Check a node and put `VALUE` in place of what comes from the program."""
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.Name):
            return self._library(node) if node.id in _NAMESPACE and self._free(node.id) else self._ask(node)
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
            raise _NotSplit
        if isinstance(node, ast.Dict) and None in node.keys:
            raise _NotSplit
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
                raise _NotSplit
            keyword.value = self._visit(keyword.value)
        return node

    def _library(self, node: ast.Name) -> ast.expr:
        self._relies.add(node.id)
        return node

    def _ask(self, node: ast.expr) -> ast.expr:
        self._asked.append(node)
        return ast.copy_location(ast.Name(VALUE, ast.Load()), node)


def _is_true(statement: ast.Assert) -> bool:
    """``assert True``, as tests have it between sections."""
    plain = statement.msg is None or isinstance(statement.msg, ast.Constant)
    return plain and isinstance(statement.test, ast.Constant) and bool(statement.test.value)


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
                return power if isinstance(power, int | float) else _refuse()
            if isinstance(node.op, ast.Mult):
                return left * right
        except ArithmeticError:
            pass
    return _refuse()


def _refuse() -> NoReturn:
    raise _NotSplit


def _is_math(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "math"
        and node.attr in _MATH
    )


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
    return eval(compile(expression, "<test>", "eval"), namespace)  # checked node by node by `_Reader`
