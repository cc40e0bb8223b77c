"""Examples in a docstring as assertions: doctests, and the forms in which people write calls and their results.

Strict: an example counts only if its arguments and its result are literals and it can mean nothing else.
"""

from __future__ import annotations

import ast
import builtins
import doctest
import re
from collections.abc import Iterator

from selfdebug.unit_tests import Assertion

_RESULT = re.compile(r"\s*(?:\#\s*)?(==>|=>|==|=|->|➞|→|should return|should be|returns?|gives|is)\s*", re.IGNORECASE)
_GIVEN = re.compile(
    r"(?:for|input:?)\s+(?P<given>.+?),?\s+(?:the )?(?:output|result) (?:should be|is)\s+(?P<result>.+)", re.IGNORECASE
)
_INPUT = re.compile(r"\s*(?:input|for):\s*(?P<given>.+)", re.IGNORECASE)
_OUTPUT = re.compile(r"\s*output:\s*(?P<result>.+)", re.IGNORECASE)
_LONGEST = 2000  # characters of a line


def examples(start: str, entry_point: str) -> tuple[Assertion, ...]:
    """The examples in the docstring of a function, each once.

    Args:
        start: code up to and with the docstring.
        entry_point: name of the function.
    """
    try:
        functions = [node for node in ast.parse(start).body if isinstance(node, ast.FunctionDef)]
        function = next(node for node in functions if node.name == entry_point)
        docstring = ast.get_docstring(function) or ""
    except (SyntaxError, ValueError, MemoryError, RecursionError, StopIteration):
        return ()
    parameters = [argument.arg for argument in function.args.args]
    found = [
        *_doctests(docstring, entry_point),
        *_calls(docstring, entry_point),
        *_inputs(docstring, entry_point, parameters),
    ]
    return tuple(Assertion(f"assert {call} == {result}") for call, result in dict(found).items())


def _doctests(docstring: str, name: str) -> Iterator[tuple[str, str]]:
    try:
        written = doctest.DocTestParser().get_examples(docstring)
    except ValueError:  # a docstring that only looks like doctest
        return
    for example in written:
        call, result = example.source.strip(), example.want.strip()
        if _is_expression(call) and _names_of(call) <= {name, *dir(builtins)} and _is_literal(result):
            yield _without_comment(call), result


def _calls(docstring: str, name: str) -> Iterator[tuple[str, str]]:
    """Lines such as ``f(1, 2) => 3``. Where one of them defines (``f(n) = f(n - 1) + 1``), all may be definitions."""
    found = []
    for line in docstring.split("\n"):
        call, rest = _call_in(line[:_LONGEST], name)
        sign = _RESULT.match(rest)
        if not call or not sign:
            continue
        result = _literal_at(rest[sign.end() :])
        if sign[1] == "=" and not (result and _has_literals(call)):
            return
        if result and _has_literals(call):
            found.append((call, result))
    yield from found


def _call_in(line: str, name: str) -> tuple[str, str]:
    """A line's first call of a function, and what stands after it; both empty where there is none."""
    match = re.search(rf"(?<![\w.]){re.escape(name)}\(", line)
    for end in (found.end() for found in re.finditer(r"\)", line)) if match else ():
        if match and end > match.end() - 1 and _is_expression(line[match.start() : end]):
            return line[match.start() : end], line[end:]
    return "", ""


def _inputs(docstring: str, name: str, parameters: list[str]) -> Iterator[tuple[str, str]]:
    """Lines such as ``For a = 1, b = 2 the output should be 3``, and ``Input: …`` with ``Output: …`` below it."""
    lines = docstring.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        match, below = _GIVEN.search(line[:_LONGEST]), None
        if not match and (match := _INPUT.match(line[:_LONGEST])):
            below = _OUTPUT.match(following[:_LONGEST])
        if not match or ("result" not in match.groupdict() and not below):
            continue
        result = _literal_at((below or match)["result"])
        if result and (arguments := _arguments(match["given"], parameters)):
            yield f"{name}({arguments})", result


def _arguments(given: str, parameters: list[str]) -> str:
    """Arguments in the order of the parameters, of ``a = 1, b = 2`` or of the one value alone; empty if they differ."""
    given = given.strip().rstrip(",.")
    try:
        call = ast.parse(f"f({given})", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ""
    if not isinstance(call, ast.Call) or not _has_literals(f"f({given})"):
        return ""
    named = {str(keyword.arg): ast.unparse(keyword.value) for keyword in call.keywords}
    if not call.args and list(named) == parameters:
        return ", ".join(named.values())
    return ast.unparse(call.args[0]) if len(call.args) == len(parameters) == 1 and not named else ""


def _literal_at(text: str) -> str:
    """The literal that a text is, but for a comment or a full stop after it; empty if it is none."""
    text = text.strip()
    for candidate in (text.rstrip(".,;"), text, re.sub(r"\s+[#(].*$", "", text)):
        if _is_literal(candidate):
            return _without_comment(candidate)
    return ""


def _without_comment(expression: str) -> str:
    return ast.unparse(ast.parse(expression)) if "#" in expression else expression


def _is_literal(text: str) -> bool:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):  # all that parsing a literal may raise
        return False
    if "..." in text:
        return False
    # ("a") may have been meant as a tuple
    return not text.startswith("(") or isinstance(value, tuple)


def _names_of(expression: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def _has_literals(call: str) -> bool:
    """Whether all arguments of a call are literals."""
    body = ast.parse(call, mode="eval").body
    if not isinstance(body, ast.Call):
        return False
    arguments = [*body.args, *(keyword.value for keyword in body.keywords)]
    return all(_is_literal(ast.unparse(argument)) or isinstance(argument, ast.Tuple) for argument in arguments)
