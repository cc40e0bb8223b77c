"""Assertions that say what they saw: ``assert f(1) == 2`` fails with the actual and the expected value.

Each ``assert`` of a test has its comparison made by a function of `checking.Assertions`, which gets both sides. A
constant stands for the function until `checking.bound` puts it there.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
from collections.abc import Collection
from types import CodeType

from .checking import CLOSE, COMPARE, FAILED, MAX_SHOWN, TRUTH

PURE = frozenset([
    "abs", "all", "any", "bool", "bytes", "chr", "complex", "dict", "divmod", "enumerate", "float", "format",
    "frozenset", "int", "isinstance", "len", "list", "map", "max", "min", "ord", "range", "repr", "reversed", "round",
    "set", "sorted", "str", "sum", "tuple", "type", "zip",
])  # fmt: skip
"""Built-in functions that a test applies to a result before it compares it."""

SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
"""How comparisons are written."""

NO_TEST = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What reading a test's code raises where it is not Python: zeros in it, brackets nested too deep."""


def compiled(tree: ast.Module | ast.Expression, *, sets: bool = True) -> CodeType | str:
    """Code for the program's process.

    Sets that are written out go there as source: what the compiler makes of them does not keep their order on the way.

    Args:
        tree: what is to be run there.
        sets: False if there can be no set in it, which saves looking.
    """
    if isinstance(tree, ast.Module):
        ast.fix_missing_locations(tree)
    if sets and any(isinstance(node, ast.Set) for node in ast.walk(tree)):
        with contextlib.suppress(ValueError, RecursionError):  # a number of thousands of digits, brackets in brackets
            return ast.unparse(tree)
    return compile(tree, "<test>", "eval" if isinstance(tree, ast.Expression) else "exec", dont_inherit=True)


def rewrite(code: str) -> ast.Module:
    """Parse test code and have each ``assert`` call its function.

    Raises:
        SyntaxError: the test is not Python; see `NO_TEST` for what else.
    """
    tree = ast.parse(code)
    rewritten: ast.Module = _Rewriter(code, bound_names(tree)).visit(tree)
    return rewritten


def bound_names(tree: ast.AST) -> frozenset[str]:
    """Names to which test code itself gives a meaning."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            if (node.name, node.asname) != ("math", None):
                names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
    return frozenset(names)


def call_of(constant: str, *arguments: ast.expr) -> ast.Call:
    """A call of what will be put in a constant's place."""
    return ast.Call(func=placeholder(constant), args=list(arguments), keywords=[])


def placeholder(constant: str) -> ast.expr:
    """What `checking.bound` will put in a constant's place. The compiler would compute with a mere constant."""
    return ast.IfExp(ast.Constant(True), ast.Constant(constant), ast.Constant(None))


def in_place_of(assertion: ast.Assert, text: str, bound: Collection[str] = ()) -> ast.stmt:
    """What an assertion becomes.

    Args:
        assertion: its node, or what is left of it.
        text: how it is written.
        bound: names to which the test gives a meaning.
    """
    test = assertion.test
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        swapped = ast.Constant(_computed(right, bound) and not _computed(left, bound))
        holds = call_of(COMPARE, ast.Constant(SIGNS[type(test.ops[0])]), left, right, swapped)
    elif is_close(test):
        assert isinstance(test, ast.Call)
        named = ast.Dict(
            keys=[ast.Constant(k.arg) if k.arg else None for k in test.keywords],
            values=[k.value for k in test.keywords],
        )
        holds = call_of(CLOSE, test.func, ast.Tuple(elts=test.args, ctx=ast.Load()), named)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        holds = call_of(TRUTH, test.operand, ast.Constant(False))
    else:
        holds = call_of(TRUTH, test, ast.Constant(True))
    error = call_of(FAILED, ast.Constant(text), *([assertion.msg] if assertion.msg is not None else []))
    return ast.copy_location(ast.If(ast.UnaryOp(ast.Not(), holds), [ast.Raise(error)], []), assertion)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, code: str, bound: Collection[str]) -> None:
        self._code, self._bound = code, bound

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return in_place_of(node, source_of(node, self._code), self._bound)


def _computed(node: ast.expr, bound: Collection[str]) -> bool:
    """Whether this side of a comparison comes from the program."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id not in bound and not hasattr(builtins, part.id):
            return True
        if isinstance(part, ast.Call) and not (isinstance(part.func, ast.Name) and part.func.id in PURE):
            return True
    return False


def source_of(node: ast.AST, code: str) -> str:
    """An assertion as it is written."""
    text = None
    with contextlib.suppress(Exception):  # positions that do not fit: of a lone surrogate, say
        text = ast.get_source_segment(code, node)
    return (text or ast.unparse(node))[:MAX_SHOWN]


def is_close(node: ast.expr) -> bool:
    """Whether an expression is ``math.isclose(a, b)`` or a function of that name."""
    if not isinstance(node, ast.Call) or any(isinstance(a, ast.Starred) for a in node.args):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("isclose", "allclose")
