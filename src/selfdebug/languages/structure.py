"""What a text is as code: whether it parses, what it defines and what it needs from elsewhere. Nothing here runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selfdebug.languages import syntax

# The time and memory that tree-sitter takes grow with the square of nested generics.
_MOST_GENERICS = 200
_FUNCTIONS = {
    "function_definition", "method_declaration", "constructor_declaration", "function_declaration",
    "generator_function_declaration", "method_definition", "function_item",
}  # fmt: skip
_TYPES = {
    "class_declaration", "interface_declaration", "record_declaration", "enum_declaration", "struct_item", "enum_item",
    "trait_item", "type_spec",
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
    """The structure of a text, by the grammar for tree-sitter that a module holds."""
    if any(part.count("<") > _MOST_GENERICS for part in re.split("[;{}]", code)):
        return Structure(parses=False)
    # A last line without its end is an error to Go's grammar.
    root = syntax.parse(grammar, code.encode("utf-8", "replace").decode() + "\n")
    defines = frozenset(_definitions(root))
    identifiers = {syntax.text(node) for node in syntax.walk(root) if node.type in _IDENTIFIERS}
    return Structure(not root.has_error, defines, defines, frozenset(identifiers - defines), script=bool(defines))


def _definitions(root: syntax.Node) -> Iterator[str]:
    for node in syntax.walk(root, stop=_FUNCTIONS):
        if _is_definition(node) and (named := node.child_by_field_name("name") or _declared(node)) is not None:
            yield syntax.text(named).rsplit("::", 1)[-1]


def _is_definition(node: syntax.Node) -> bool:
    match node.type:
        case "variable_declarator":
            value = node.child_by_field_name("value")
            return value is not None and value.type in _FUNCTION_VALUES
        case "class_specifier" | "struct_specifier":
            return node.child_by_field_name("body") is not None
    return node.type in _FUNCTIONS or node.type in _TYPES


def _declared(node: syntax.Node) -> syntax.Node | None:
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
