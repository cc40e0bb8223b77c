"""Functions in JavaScript. Their types come from a JSDoc comment, if there is one."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from tree_sitter import Node

from selfdebug.execution.calls import syntax
from selfdebug.execution.calls.dialects import usage
from selfdebug.execution.calls.dialects.base import Function, Slot, driver, in_place
from selfdebug.languages.base import Build
from selfdebug.languages.javascript import JAVASCRIPT
from selfdebug.signature import (
    BOOLEAN,
    FLOATING,
    INTEGER,
    NOTHING,
    TEXT,
    UNKNOWN,
    Boolean,
    Character,
    Floating,
    Integer,
    ListOf,
    MapOf,
    Nothing,
    OptionalOf,
    ReferenceTo,
    SetOf,
    Signature,
    Text,
    TupleOf,
    Type,
)

_SIMPLE: dict[str, Type] = {
    "integer": INTEGER, "int": INTEGER, "bigint": INTEGER, "string": TEXT, "boolean": BOOLEAN,
    "bool": BOOLEAN, "void": NOTHING, "undefined": NOTHING, "null": NOTHING, "float": FLOATING, "double": FLOATING,
    "String": TEXT, "Boolean": BOOLEAN,
}  # fmt: skip
# A "number" is unknown: JavaScript does not say whether it is whole.
_FUNCTIONS = ("function_declaration", "generator_function_declaration")
_VALUES = ("arrow_function", "function_expression", "function")


class _JavaScript:
    name = "javascript"

    def functions(self, source: str) -> list[Function]:
        found = []
        for top in syntax.parse("javascript", source).named_children:
            node = top.child_by_field_name("declaration") or top if top.type == "export_statement" else top
            if node.type in _FUNCTIONS:
                found.append(_function(node, syntax.text(node.child_by_field_name("name")), top))
            for declared in syntax.children(node, "variable_declarator"):
                value = declared.child_by_field_name("value")
                if value is not None and value.type in _VALUES:
                    found.append(_function(value, syntax.text(declared.child_by_field_name("name")), top))
        return [f for f in found if f.name and f.name != "main"]

    def declare(self, signature: Signature) -> str:
        lines = [f" * @param {{{_write(p.type)}}} {p.name}" for p in signature.parameters]
        lines.append(f" * @returns {{{_write(signature.returns)}}}")
        names = ", ".join(p.name for p in signature.parameters)
        return "\n".join(["/**", *lines, " */", f"function {signature.name}({names})"])

    def build(self, source: str, function: Function, wanted: Signature, *, checked: bool = False) -> Build:
        plain = re.sub(r"^export\s+(?:default\s+(?=function|class|async)|(?=const|let|var|function|class|async))", "",
                       source, flags=re.M)  # fmt: skip
        own = driver("driver.js").replace("CALLED", function.name).replace("CHANGED", json.dumps(list(wanted.changed)))
        own = own.replace("RETURNS", json.dumps(not wanted.is_procedure))
        own = own.replace("ARITY", str(len(function.slots))).replace("PLAIN_MAPS", json.dumps("Map" not in source))
        build = JAVASCRIPT.build(source, None)
        return replace(build, files={build.main: f"{plain}\n;{own}"})


def _function(node: Node, name: str, top: Node) -> Function:
    types = _documented(top)
    names = []
    single = node.child_by_field_name("parameter")
    listed = [single] if single is not None else syntax.children(node.child_by_field_name("parameters"))
    for child in listed:
        inner = child.child_by_field_name("left") if child.type == "assignment_pattern" else child
        if child.type not in ("comment", "rest_pattern"):
            names.append((syntax.text(inner), child.child_by_field_name("right")))
    body = node.child_by_field_name("body")
    returns = types.get("", UNKNOWN)
    if "" not in types and body is not None and body.type == "statement_block" and not _returns_a_value(body):
        returns = NOTHING
    slots = tuple(
        Slot(n, of, output=in_place(of), likely=usage.suggested(body, n, default, usage.JAVASCRIPT))
        for n, default in names
        for of in [types.get(n, UNKNOWN)]
    )
    return Function(
        name, slots, Slot("", returns),
        syntax.called(node, ("call_expression",), "function"), text=f"{name}({', '.join(n for n, _ in names)})",
        start=node.start_byte,
    )  # fmt: skip


def _returns_a_value(body: Node) -> bool:
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node.type == "yield_expression" or (node.type == "return_statement" and node.named_children):
            return True
        waiting += [c for c in node.children if c.type not in (*_FUNCTIONS, *_VALUES, "class_declaration")]
    return False


def _documented(node: Node) -> dict[str, Type]:
    """Types by parameter, and of the returned value by the empty name, from the comment above a function."""
    comment = node.prev_named_sibling
    if comment is None or comment.type != "comment" or not syntax.text(comment).startswith("/**"):
        return {}
    text, found = syntax.text(comment), {}
    for tag, of, name in re.findall(r"@(param|returns?)\s*\{([^\n]*?)\}(?:\s+\[?([\w$]+))?", text):
        found["" if tag.startswith("return") else name] = _read(of.strip())
    return found


def _read(text: str) -> Type:
    """A JSDoc type. No grammar of tree-sitter's reads these."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    sides = _split(text, "|")
    if len(sides) > 1 or text.startswith("?"):
        known = [s for s in (sides if len(sides) > 1 else [text[1:]]) if s not in ("null", "undefined")]
        return OptionalOf(_read(known[0])) if len(known) == 1 else UNKNOWN
    if text.endswith("[]"):
        return ListOf(_read(text[:-2]))
    if text.startswith("[") and text.endswith("]"):
        return TupleOf(tuple(_read(part) for part in _split(text[1:-1], ",")))
    generic = re.fullmatch(r"(\w+)\.?<(.*)>", text)
    if generic is None:
        return _SIMPLE.get(text, UNKNOWN)
    arguments = [_read(part) for part in _split(generic[2], ",")]
    if generic[1] in ("Array", "Set") and len(arguments) == 1:
        return ListOf(arguments[0]) if generic[1] == "Array" else SetOf(arguments[0])
    return MapOf(*arguments) if generic[1] in ("Map", "Object", "Record") and len(arguments) == 2 else UNKNOWN


def _split(text: str, separator: str) -> list[str]:
    """Split at separators outside brackets."""
    found, depth = [""], 0
    for character in text:
        depth += (character in "<[({") - (character in ">])}")
        if character == separator and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return [part.strip() for part in found]


def _write(of: Type) -> str:
    match of:
        case Integer() | Floating():
            return "number"
        case Boolean():
            return "boolean"
        case Character() | Text():
            return "string"
        case ListOf(element) | ReferenceTo(element):
            inner = _write(element)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case SetOf(element):
            return f"Set<{_write(element)}>"
        case MapOf(key, value):
            return f"Map<{_write(key)}, {_write(value)}>"
        case TupleOf(elements):
            return f"[{', '.join(map(_write, elements))}]"
        case OptionalOf(element):
            return f"{_write(element)} | null"
        case Nothing():
            return "void"
    return "*"


DIALECT = _JavaScript()
