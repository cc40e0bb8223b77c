"""Calls with plain values that a model wrote, one a line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from selfdebug.applications.reading import Unreadable, UnreadableReplyError, read_words
from selfdebug.messages import Reply
from selfdebug.unit_tests import Call

_LONGEST = 500  # characters of a line
_MOST_CALLS = 20  # that are read
_MARKS = re.compile(r"^(?:[-*>]|\d+[.)])\s+")
_SIMPLE = (bool, int, float, str, type(None))


def read_calls(reply: Reply, function: str, *, allows_names: bool) -> list[Call]:
    """Read calls of a function with plain values out of a reply: those that stand on one line, each once.

    Args:
        reply: what the model said.
        function: name of the function.
        allows_names: whether arguments may be given by name.

    Raises:
        UnreadableReplyError: there are none.
    """
    found = {str(call): call for line in lines_of(reply) if (call := _call(line, function, allows_names))}
    if not found:
        raise UnreadableReplyError(Unreadable.NO_ANSWER, f"The reply held no call of {function} with plain values.")
    return list(found.values())[:_MOST_CALLS]


def _call(line: str, function: str, allows_names: bool) -> Call | None:
    try:
        match ast.parse(line, mode="eval").body:
            case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name == function:
                arguments = tuple(map(ast.literal_eval, args))
                named = {str(k.arg): ast.literal_eval(k.value) for k in keywords}
                known = all(keyword.arg for keyword in keywords) and (allows_names or not keywords)
                if known and all(map(_is_plain, [*arguments, *named.values()])):
                    return Call(function, arguments, named=named)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):  # all that parsing a literal may raise
        pass
    return None


def _is_plain(value: Any) -> bool:
    """Whether other languages may have such a value, too."""
    if isinstance(value, dict):
        return all(map(_is_plain, [*value, *value.values()]))
    return isinstance(value, _SIMPLE) or (isinstance(value, list | tuple | set) and all(map(_is_plain, value)))


def lines_of(reply: Reply) -> Iterator[str]:
    """The lines of a reply that may be code, without marks of lists.

    Raises:
        UnreadableReplyError: it was refused or is empty.
    """
    lines = read_words(reply).split("\n")
    if reply.finish == "length":
        del lines[-1]  # which may have lost its end, and be code all the same
    for line in lines:
        code = _MARKS.sub("", line.strip(), count=1).strip().strip("`").strip()
        if code and len(code) <= _LONGEST:
            yield code
