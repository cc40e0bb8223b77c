"""Finds short tests that tell a right program from nearly right ones, and the shape of a program.

Programs here are our own, so that they run in this process.
"""

from __future__ import annotations

import ast
import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from selfdebug.execution import Assertion

TESTS = 6
_CANDIDATES = 16
_LIMIT = 100
"""Rounds of a loop after which a changed program counts as endless."""
_CHANGED_PROGRAMS = 10
_KEPT_NAMES = frozenset(
    "len max min abs int str list range round sorted zip enumerate ord chr sum".split()  # noqa: SIM905
)

Arguments = tuple[Any, ...]


def skeleton_of(tree: ast.Module) -> str:
    """The shape of a program: its syntax with numbered names, and constants told apart by type alone."""
    order: dict[str, str] = {}

    def shape(node: Any) -> str:
        match node:
            case ast.Constant():
                return type(node.value).__name__
            case ast.Name():
                return node.id if node.id in _KEPT_NAMES else order.setdefault(node.id, f"v{len(order)}")
            case ast.arg():
                return order.setdefault(node.arg, f"v{len(order)}")
            case ast.FunctionDef():
                return f"def({shape(node.args)}){shape(node.body)}"
            case ast.expr_context():
                return ""
            case ast.AST():
                inner = ",".join(shape(value) for _, value in ast.iter_fields(node) if value is not None)
                return f"{type(node).__name__}({inner})"
            case list():
                return "[" + ",".join(map(shape, node)) + "]"
            case _:
                return str(node)

    return shape(tree)


_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Mod: ast.FloorDiv,
    ast.FloorDiv: ast.Mod,
    ast.Div: ast.Mult,
}

Change = Callable[[Any], ast.AST]
"""Gives what a node becomes; it may change and return the node itself."""


def _with(**fields: Any) -> Change:
    def change(node: ast.AST) -> ast.AST:
        for name, value in fields.items():
            setattr(node, name, value)
        return node

    return change


def _changes(node: ast.AST) -> Iterator[Change]:
    """How a node can be changed to a nearly right one."""
    match node:
        case ast.Call() if _is_rounding(node):
            yield _floored
        case ast.Compare(ops=[op]):
            for other in _COMPARISONS.get(type(op), ()):
                yield _with(ops=[other()])
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _OPERATORS:
            yield _with(op=_OPERATORS[type(op)]())
        case ast.BoolOp(op=op):
            yield _with(op=ast.Or() if isinstance(op, ast.And) else ast.And())
            yield lambda n: n.values[0]
            yield lambda n: n.values[1]
        case ast.Constant(value=bool() as value):
            yield _with(value=not value)
        case ast.Constant(value=int() as value):
            yield _with(value=value + 1)
            yield _with(value=value - 1)
        case ast.If(orelse=[]):
            yield _with(test=ast.copy_location(ast.Constant(value=True), node))
        case ast.Break() | ast.Continue():
            yield lambda n: ast.Pass()


Place = tuple[ast.AST, str, int, ast.AST]
"""A node as a parent, the parent's field and the index in it (-1: the field is no list) have it."""


def _places(parent: ast.AST) -> Iterator[Place]:
    for name, value in ast.iter_fields(parent):
        for index, node in enumerate(value) if isinstance(value, list) else ((-1, value),):
            if isinstance(node, ast.AST):
                yield parent, name, index, node
                yield from _places(node)


def _is_rounding(node: ast.AST) -> bool:
    """Whether a node is ``int(a / b)``, division as C++ has it."""
    match node:
        case ast.Call(func=ast.Name(id="int"), args=[ast.BinOp(op=ast.Div())]):
            return True
    return False


def _floored(node: ast.Call) -> ast.AST:
    division = copy.copy(node.args[0])
    return _with(op=ast.FloorDiv())(division)


def changed_trees(
    tree: ast.Module, rng: random.Random, count: int, roundings_first: bool = False
) -> Iterator[ast.Module]:
    """Up to so many nearly right programs: one operator, constant or condition of each is another.

    It is the tree itself that is given each time, changed until the next one is asked for. What translations are most
    likely to get wrong, the rounding of negative quotients, may be asked for before anything else.
    """
    changes = [(place, change) for place in _places(tree) for change in _changes(place[3])]
    rng.shuffle(changes)
    if roundings_first:
        changes.sort(key=lambda change: not _is_rounding(change[0][3]))
    for (parent, name, index, node), change in changes[:count]:
        changed = ast.copy_location(change(copy.copy(node)), node)
        _put(parent, name, index, changed)
        yield tree
        _put(parent, name, index, node)


def _put(parent: ast.AST, name: str, index: int, node: ast.AST) -> None:
    if index < 0:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def changed_code(code: str, rng: random.Random) -> str:
    """A nearly right program, as text in the same layout as far as `ast.unparse` keeps it."""
    for tree in changed_trees(ast.parse(code), rng, 1):
        return ast.unparse(tree).replace("'", '"') + "\n"
    return code


class _Ticking(ast.NodeTransformer):
    """Makes each `while` loop count its rounds."""

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        node.body = ast.parse("_tick()").body + node.body
        return node


class EndlessError(Exception):
    """A changed program did not end."""


def function_of(tree: ast.Module, name: str) -> Callable[..., Any]:
    """The function that a program defines, with an end to loops that went through `_Ticking`."""
    rounds = 0

    def tick() -> None:
        nonlocal rounds
        rounds += 1
        if rounds > _LIMIT:
            raise EndlessError

    namespace: dict[str, Any] = {"_tick": tick}
    exec(compile(tree, "<lesson>", "exec"), namespace)
    function = namespace[name]

    def call(*arguments: Any) -> Any:
        nonlocal rounds
        rounds = 0
        return function(*[list(value) if isinstance(value, list) else value for value in arguments])

    return call


def _outcome(function: Callable[..., Any], arguments: Arguments) -> str:
    try:
        return repr(function(*arguments))
    except Exception as error:  # noqa: BLE001 (a changed program may raise anything)
        return f"raised {type(error).__name__}"


def assertion(name: str, arguments: Arguments, expected: Any) -> Assertion:
    """A test of one call."""
    call = f"{name}({', '.join(map(repr, arguments))})"
    return Assertion(f"assert {call} is None" if expected is None else f"assert {call} == {expected!r}")


def telling_tests(
    tree: ast.Module,
    name: str,
    draw: Callable[[int], Arguments],
    rng: random.Random,
    others: Sequence[ast.Module] = (),
) -> tuple[Assertion, ...] | None:
    """Six tests that tell a program from nearly right ones; None if it can hardly be told from a constant.

    Args:
        tree: the right program; it is changed.
        name: of its function.
        draw: gives the arguments of a call; the first few numbers ask for the limit cases.
        rng: chance.
        others: programs that the first test must tell from the right one.
    """
    tree = _Ticking().visit(tree)
    gold = function_of(tree, name)
    candidates = _different(draw, range(_CANDIDATES))
    expected = [gold(*arguments) for arguments in candidates]
    wanted = [repr(value) for value in expected]
    if len(candidates) < TESTS or len(set(wanted)) < (2 if isinstance(expected[0], bool) else 3):
        return None
    if any(len(text) > 60 for text in wanted):
        return None
    caught = [set[int]() for _ in candidates]
    for number, changed in enumerate(changed_trees(tree, rng, _CHANGED_PROGRAMS, roundings_first=True)):
        wrong = function_of(changed, name)
        for index, arguments in enumerate(candidates):
            if _outcome(wrong, arguments) != wanted[index]:
                caught[index].add(number)
    rivals = [function_of(other, name) for other in others]
    deciding = [i for i, a in enumerate(candidates) if all(_outcome(rival, a) != wanted[i] for rival in rivals)]
    if not deciding:
        return None
    chosen = _choose(caught, wanted, deciding)
    return tuple(assertion(name, candidates[i], expected[i]) for i in _ordered(chosen, wanted, candidates, deciding))


def passes(code: str, name: str, tests: Sequence[Assertion]) -> bool:
    """Whether the function of that name passes tests; one that goes on without end does not."""
    function = function_of(_Ticking().visit(ast.parse(code)), name)
    try:
        for test in tests:
            exec(test.code, {name: function})
    except Exception:  # noqa: BLE001 (a changed program may raise anything)
        return False
    return True


def _different(draw: Callable[[int], Arguments], numbers: Sequence[int]) -> list[Arguments]:
    seen = {}
    for number in numbers:
        arguments = draw(number)
        seen.setdefault(repr(arguments), arguments)
    return list(seen.values())


def _choose(caught: list[set[int]], wanted: list[str], deciding: list[int]) -> list[int]:
    """Indexes of the calls that catch the most together; a limit case (the first) and a deciding one are among them."""
    chosen = sorted({0, max(deciding, key=lambda i: (len(caught[i]), -i))})
    met, results = set[int]().union(*(caught[i] for i in chosen)), Counter(wanted[i] for i in chosen)
    while len(chosen) < TESTS:
        left = [i for i in range(len(caught)) if i not in chosen]
        best = max(left, key=lambda i: (len(caught[i] - met), -results[wanted[i]], -i))
        chosen.append(best)
        met |= caught[best]
        results[wanted[best]] += 1
    return chosen


def _ordered(chosen: list[int], wanted: list[str], candidates: list[Arguments], deciding: list[int]) -> list[int]:
    """The deciding call that shows most of what is meant comes first: it is the one that a model sees."""
    shown = max((i for i in chosen if i in deciding), key=lambda i: (wanted[i] not in _PLAIN, len(repr(candidates[i]))))
    return [shown, *(i for i in sorted(chosen) if i != shown)]


_PLAIN = frozenset({"0", "[]", "''", "None", "{}", "False", "-1"})
