"""Says in plain, regular words what each line of a Python program does."""

from __future__ import annotations

import ast

_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Gt: "is greater than",
    ast.GtE: "is at least",
    ast.Lt: "is less than",
    ast.LtE: "is at most",
    ast.Eq: "equals",
    ast.NotEq: "is not equal to",
    ast.In: "is in",
    ast.NotIn: "is not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}
_CHANGED: dict[type[ast.operator], str] = {
    ast.Add: "{value} is added to {target}",
    ast.Sub: "{value} is subtracted from {target}",
    ast.Mult: "{target} is multiplied by {value}",
    ast.FloorDiv: "{target} is divided by {value}, rounded down",
    ast.Mod: "{target} becomes its remainder modulo {value}",
}
_LINES = 14


def line_words(code: str) -> dict[int, str]:
    """What lines of a program do, by their numbers from 1; the lines themselves where the program cannot be parsed."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        lines = enumerate(code.splitlines(), 1)
        return dict([(number, f"`{line.strip()}`") for number, line in lines if line.strip()][:_LINES])
    words: dict[int, str] = {}
    known: set[str] = set()
    for node in _statements(tree):
        words.setdefault(node.lineno, _said(node, code, known))
    for number, line in enumerate(code.splitlines(), 1):
        if line.strip() == "else:":
            words[number] = "otherwise:"
    return dict(sorted(words.items())[:_LINES])


def _statements(tree: ast.AST) -> list[ast.stmt]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


def _said(node: ast.stmt, code: str, known: set[str]) -> str:
    """One statement. `known` are variables that have a value already; new ones are added."""

    def text(part: ast.AST | None) -> str:
        return _source(part, code)

    match node:
        case ast.FunctionDef(name=name, args=arguments):
            return f"{name} takes {', '.join(a.arg for a in arguments.args) or 'nothing'}."
        case ast.Assign(targets=[ast.Tuple(elts=[a, b])], value=ast.Tuple(elts=[c, d])) if text(a) == text(d) and text(
            b
        ) == text(c):
            return f"{text(a)} and {text(b)} are swapped."
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            verb = "becomes" if name in known or not isinstance(value, ast.Constant) else "starts at"
            known.add(name)
            if isinstance(value, ast.List | ast.Dict) and text(value) in ("[]", "{}"):
                return f"{name} starts empty."
            return f"{name} {verb} {text(value)}."
        case ast.Assign(targets=[target], value=value):
            return f"{text(target)} becomes {text(value)}."
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in _CHANGED:
            return _CHANGED[type(op)].format(target=text(target), value=text(value)) + "."
        case ast.For(target=target, iter=values):
            return f"for {_loop(target, values, code)}:"
        case ast.While(test=test):
            return f"while {_condition(test, code)}:"
        case ast.If(test=test):
            return f"if {_condition(test, code)}:"
        case ast.Return(value=value):
            return f"returns {text(value) or 'None'}."
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=target, attr="append"), args=[value])):
            return f"{text(value)} is appended to {text(target)}."
        case ast.Break():
            return "leaves the loop."
        case ast.Continue():
            return "goes on with the next."
        case ast.Pass():
            return "does nothing."
    return f"`{(text(node).splitlines() or [''])[0]}`"


def _source(node: ast.AST | None, code: str) -> str:
    if node is None:
        return ""
    return ast.get_source_segment(code, node) or ast.unparse(node)


def _loop(target: ast.expr, values: ast.expr, code: str) -> str:
    names = _source(target, code)
    match values:
        case ast.Call(func=ast.Name(id="range"), args=[end]):
            return f"{names} from 0 {_end(end, code)}"
        case ast.Call(func=ast.Name(id="range"), args=[start, end]):
            return f"{names} from {_source(start, code)} {_end(end, code)}"
        case ast.Call(func=ast.Name(id="range"), args=[start, end, ast.UnaryOp(op=ast.USub(), operand=step)]):
            by = "" if _source(step, code) == "1" else f" by {_source(step, code)}"
            return f"{names} from {_source(start, code)} down{by}, above {_source(end, code)}"
        case ast.Call(func=ast.Name(id="range"), args=[start, end, step]):
            return f"{names} from {_source(start, code)} {_end(end, code)} by {_source(step, code)}"
    return f"each {names} of {_source(values, code)}"


def _end(end: ast.expr, code: str) -> str:
    match end:
        case ast.BinOp(left=left, op=ast.Add(), right=ast.Constant(value=1)):
            return f"to {_source(left, code)}"
    return f"to below {_source(end, code)}"


def _condition(test: ast.expr, code: str) -> str:
    match test:
        case ast.BoolOp(op=op, values=values):
            word = " and " if isinstance(op, ast.And) else " or "
            return word.join(_condition(value, code) for value in values)
        case ast.Compare(
            left=ast.BinOp(left=left, op=ast.Mod(), right=divisor),
            ops=[ast.Eq() | ast.NotEq() as op],
            comparators=[ast.Constant(value=0)],
        ):
            holds = isinstance(op, ast.Eq)
            if _source(divisor, code) == "2":
                return f"{_source(left, code)} is {'even' if holds else 'odd'}"
            return f"{_source(left, code)} is {'' if holds else 'not '}divisible by {_source(divisor, code)}"
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return f"{_source(left, code)} {_COMPARED[type(op)]} {_source(right, code)}"
    return _source(test, code)
