"""Reading source text with tree-sitter: the few operations that all languages need."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache

from tree_sitter import Language, Node, Parser


@cache
def _parser(language: str) -> Parser:
    return Parser(Language(importlib.import_module(f"tree_sitter_{language}").language()))


def parse(language: str, source: str) -> Node:
    """Root of a source's syntax tree. It always has one; what is no syntax is marked in it."""
    return _parser(language).parse(source.encode("utf-8", "surrogatepass")).root_node


def text(node: Node | None) -> str:
    """The source text of a node; empty for none."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, in the order of the text."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(found.children)


def children(node: Node | None, *kinds: str) -> list[Node]:
    """Named children, of the given kinds if there are any."""
    return [c for c in node.named_children if not kinds or c.type in kinds] if node is not None else []


def called(node: Node, kinds: tuple[str, ...], field: str) -> frozenset[str]:
    """Names of the functions that are called somewhere below a node.

    Args:
        node: such as a function.
        kinds: the grammar's kinds of calls.
        field: the field of a call that holds what is called; its last name counts.
    """
    names = set()
    for call in walk(node):
        if call.type in kinds:
            names.add(text(call.child_by_field_name(field)).split("(")[0].replace("::", ".").split(".")[-1].strip())
    return frozenset(names)


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
