"""Reading source text with tree-sitter, which is loaded when the first source is read."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language
    from tree_sitter import Node as Node


@cache
def _grammar(module: str) -> Language:
    from tree_sitter import Language

    return Language(importlib.import_module(module).language())


def parse(grammar: str, source: str) -> Node:
    """Root of a source's syntax tree. It always has one; what is not valid syntax is marked in it.

    Args:
        grammar: the module that holds it, such as ``tree_sitter_go``.
        source: the text.
    """
    from tree_sitter import Parser

    # A parser is not safe to share between threads, and making one costs nothing.
    return Parser(_grammar(grammar)).parse(source.encode("utf-8", "surrogatepass")).root_node


def text(node: Node | None) -> str:
    """The source text of a node; empty for none."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def child(node: Node | None, name: str) -> Node | None:
    """The child in a field; none if there is none, or no node."""
    return None if node is None else node.child_by_field_name(name)


def field(node: Node | None, name: str) -> str:
    """The source text of a node's field; empty if it has none."""
    return text(child(node, name))


def above(node: Node) -> Iterator[Node]:
    """The nodes that a node stands in, from the nearest."""
    while node.parent is not None:
        yield (node := node.parent)


def walk(node: Node, stop: Collection[str] = ()) -> Iterator[Node]:
    """A node and everything below it, in the order of the text, without recursion: trees of nonsense are deep.

    Args:
        node: where to begin.
        stop: kinds of nodes whose inside is left out.
    """
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if current.child_count and (not stop or current.type not in stop):
            waiting.extend(current.children[::-1])


def children(node: Node | None, *kinds: str) -> list[Node]:
    """Named children, of the given kinds if there are any."""
    return [c for c in node.named_children if not kinds or c.type in kinds] if node is not None else []


def called(node: Node, kind: str, name: str) -> frozenset[str]:
    """Names of the functions that are called somewhere below a node.

    Args:
        node: such as a function.
        kind: the grammar's kind of calls.
        name: the field of a call that holds what is called; its last name counts.
    """
    calls = (field(call, name) for call in walk(node) if call.type == kind)
    return frozenset(call.split("(")[0].replace("::", ".").split(".")[-1].strip() for call in calls)


def returns_a_value(body: Node, inner: Collection[str]) -> bool:
    """Whether a function's body returns or yields something, in languages that do not declare it.

    Args:
        body: the function's.
        inner: kinds of functions and classes within it, whose own returns do not count.
    """
    return any(
        node.type in ("yield", "yield_expression") or (node.type == "return_statement" and node.named_children)
        for node in walk(body, inner)
    )


def replaced(source: str, edits: list[tuple[int, int, str]]) -> str:
    """The source with stretches of it replaced.

    Args:
        source: the text.
        edits: start, end and replacement; places count bytes, as in tree-sitter's nodes.
    """
    data = source.encode("utf-8", "surrogatepass")
    for start, end, new in sorted(edits, reverse=True):
        data = data[:start] + new.encode() + data[end:]
    return data.decode("utf-8", "surrogatepass")
