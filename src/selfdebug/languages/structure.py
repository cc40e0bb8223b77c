"""What a text is as code: whether it parses, what it defines and what it needs from elsewhere. Nothing here runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selfdebug.languages import syntax

if TYPE_CHECKING:
    from tree_sitter import Node

# The time and memory that tree-sitter takes grow with the square of nested generics.
_MOST_GENERICS = 200
_FUNCTIONS = {
    "function_definition", "method_declaration", "constructor_declaration", "function_declaration",
    "generator_function_declaration", "method_definition", "function_item",
}  # fmt: skip
_TYPES = {
    "class_specifier", "struct_specifier", "class_declaration", "interface_declaration", "record_declaration",
    "enum_declaration", "struct_item", "enum_item", "trait_item", "type_spec",
}  # fmt: skip
_IDENTIFIERS = {"identifier", "type_identifier", "field_identifier", "property_identifier"}
_FUNCTION_VALUES = {"arrow_function", "function_expression", "generator_function", "class"}


@dataclass(frozen=True, slots=True)
class Structure:
    """What a text is as code.

    Attributes:
        parses: it is valid as it stands.
        defines: functions, methods and types that it defines, but for Python functions whose body is only `...`.
        binds: those, and in Python also the imports and variables of its top level.
        needs: names that it uses and does not bind itself.
        script: it does something besides calling, asserting and importing.
    """

    parses: bool
    defines: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    script: bool = False


def structure_by_grammar(grammar: str, code: str) -> Structure:
    """The structure of a text in a language that tree-sitter has a grammar of.

    Args:
        grammar: the module that holds it.
        code: the text.
    """
    if any(part.count("<") > _MOST_GENERICS for part in re.split("[;{}]", code)):
        return Structure(parses=False)
    # A last line without its end is an error to Go's grammar.
    root = syntax.parse(grammar, code.encode("utf-8", "replace").decode() + "\n")
    defines = frozenset(_definitions(root))
    identifiers = {syntax.text(node) for node in syntax.walk(root) if node.type in _IDENTIFIERS}
    return Structure(not root.has_error, defines, defines, frozenset(identifiers - defines), script=bool(defines))


def structure_by_pattern(pattern: str, code: str) -> Structure:
    """The structure of a text in a language without a grammar: whether it is valid is seen when it runs.

    Args:
        pattern: its group is the name of what the text defines.
        code: the text.
    """
    defines = frozenset(re.findall(pattern, code, re.M))
    return Structure(bool(code.strip()), defines, defines, script=True)


def _definitions(root: Node) -> Iterator[str]:
    for node in syntax.walk(root, stop=_FUNCTIONS):
        if node.type in _FUNCTIONS or (node.type in _TYPES and _has_body(node)):
            named = node.child_by_field_name("name") or _declared(node)
        elif node.type == "variable_declarator" and _is_function_value(node):
            named = node.child_by_field_name("name")
        else:
            continue
        if named is not None:
            yield syntax.text(named).rsplit("::", 1)[-1]


def _has_body(node: Node) -> bool:
    return node.type not in ("class_specifier", "struct_specifier") or node.child_by_field_name("body") is not None


def _is_function_value(node: Node) -> bool:
    value = node.child_by_field_name("value")
    return value is not None and value.type in _FUNCTION_VALUES


def _declared(node: Node) -> Node | None:
    """The name inside a C++ declarator, which may sit below pointers, references and parentheses."""
    inner = node.child_by_field_name("declarator")
    while inner is not None:
        below = inner.child_by_field_name("declarator")
        if below is None and inner.type in ("reference_declarator", "parenthesized_declarator"):
            below = inner.named_children[0] if inner.named_children else None
        if below is None:
            return inner
        inner = below
    return None
