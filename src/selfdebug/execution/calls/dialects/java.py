"""Functions in Java: methods, in a class or by themselves."""

from __future__ import annotations

import re
from dataclasses import replace

from tree_sitter import Node

from selfdebug.execution.calls import syntax
from selfdebug.execution.calls.dialects.base import Function, Slot, driver, in_place, referred, relaid
from selfdebug.languages.base import Build
from selfdebug.languages.java import JAVA
from selfdebug.signature import (
    BOOLEAN,
    CHARACTER,
    INT32,
    INT64,
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
    "int": INT32, "Integer": INT32, "long": INT64, "Long": INT64, "short": Integer(16), "Short": Integer(16),
    "byte": Integer(8), "Byte": Integer(8), "BigInteger": INTEGER, "double": Floating(), "Double": Floating(),
    "float": Floating(32), "Float": Floating(32), "boolean": BOOLEAN, "Boolean": BOOLEAN, "char": CHARACTER,
    "Character": CHARACTER, "String": TEXT, "CharSequence": TEXT, "void": NOTHING,
    "StringBuilder": TEXT, "StringBuffer": TEXT,
}  # fmt: skip
_LISTS = frozenset(["List", "ArrayList", "LinkedList", "Collection", "Iterable", "Vector", "Queue", "Deque"])
_SETS = frozenset(["Set", "HashSet", "TreeSet", "LinkedHashSet", "SortedSet"])
_MAPS = frozenset(["Map", "HashMap", "TreeMap", "LinkedHashMap", "SortedMap"])
_WRAPPER = "Solution"


class _Java:
    name = "java"

    def functions(self, source: str) -> list[Function]:
        root = syntax.parse("java", source)
        nodes = [n for n in syntax.walk(root) if n.type == "method_declaration"]
        return [f for f in map(_function, nodes) if f is not None and f.name != "main"]

    def declare(self, signature: Signature) -> str:
        parameters = ", ".join(
            f"{_write_growing(p.type) if i in signature.resized else _write(p.type)} {p.name}"
            for i, p in enumerate(signature.parameters)
        )
        return f"class {_WRAPPER} {{\n    static {_write(signature.returns)} {signature.name}({parameters})\n}}"

    def build(self, source: str, function: Function, wanted: Signature, *, checked: bool = False) -> Build:
        text = _cleaned(source)
        base = JAVA.build(text if function.owner else _wrapped(text), None)
        order = [function.owner or _WRAPPER, function.name, str(len(function.slots))]
        order += ["procedure" if function.is_procedure else "function", *map(str, wanted.changed)]
        return replace(
            relaid(
                base,
                {"Program.java": base.files["Program.java"], "SelfdebugDriver.java": driver("Driver.java")},
                ["Program.java", "SelfdebugDriver.java"],
            ),
            run=[*base.run[:-1], "SelfdebugDriver", *order],
        )


def _cleaned(source: str) -> str:
    """Without what has no meaning here: a package, and JavaFX, which no JDK carries any more. With the collections."""
    text = re.sub(r"^[ \t]*(?:package\s+[\w.]+|import\s+javafx\.[\w.*]+)\s*;", "", source, flags=re.M)
    return text if re.search(r"^\s*import\s+java\.util\b", text, re.M) else f"import java.util.*; {text}"


def _wrapped(source: str) -> str:
    """Methods without a class get one, on their first line, below the imports."""
    root = syntax.parse("java", source)
    imports = [n for n in root.children if n.type == "import_declaration"]
    start = imports[-1].end_byte if imports else 0
    return f"{syntax.replaced(source, [(start, start, f' class {_WRAPPER} {{')])}\n}}"


def _function(node: Node) -> Function | None:
    body = node.child_by_field_name("body")
    if body is None:
        return None
    owners = []
    parent = node.parent
    while parent is not None:
        if parent.type in ("class_declaration", "interface_declaration", "enum_declaration", "record_declaration"):
            owners.append(syntax.text(parent.child_by_field_name("name")))
        elif parent.type == "object_creation_expression":
            return None  # an anonymous class
        parent = parent.parent
    listed = syntax.children(node.child_by_field_name("parameters"), "formal_parameter", "spread_parameter")
    slots = [_slot(child) for child in listed]
    modifiers = next((syntax.text(c) for c in node.children if c.type == "modifiers"), "")
    head = syntax.text(node)[: body.start_byte - node.start_byte]
    return Function(
        syntax.text(node.child_by_field_name("name")), tuple(slots),
        Slot("", _read(node.child_by_field_name("type"))),
        syntax.called(body, ("method_invocation",), "name"), "$".join(reversed(owners)),
        not owners or "static" in modifiers.split(), " ".join(head.split()), node.start_byte,
    )  # fmt: skip


def _slot(node: Node) -> Slot:
    if node.type == "spread_parameter":
        kind = next((c for c in node.named_children if c.type not in ("modifiers", "variable_declarator")), None)
        name = next(
            (syntax.text(c.child_by_field_name("name")) for c in syntax.children(node, "variable_declarator")), ""
        )
        return Slot(name, ListOf(_read(kind)), output=ListOf(_read(kind)))
    kind = node.child_by_field_name("type")
    of = _read(kind)
    for _ in range(syntax.text(node.child_by_field_name("dimensions")).count("[")):
        of = ListOf(of)
    output = referred(of) if syntax.text(kind) in ("StringBuilder", "StringBuffer") else in_place(of)
    return Slot(syntax.text(node.child_by_field_name("name")), of, output=output)


def _read(node: Node | None) -> Type:
    if node is None:
        return UNKNOWN
    if node.type == "array_type":
        of = _read(node.child_by_field_name("element"))
        for _ in range(syntax.text(node.child_by_field_name("dimensions")).count("[")):
            of = ListOf(of)
        return of
    if node.type != "generic_type":
        return _SIMPLE.get(syntax.text(node).split(".")[-1], UNKNOWN)
    name = syntax.text(node.named_children[0]).split(".")[-1]
    arguments = [_read(a) for a in syntax.children(syntax.children(node, "type_arguments")[0])]
    if name in _LISTS and len(arguments) == 1:
        return ListOf(arguments[0])
    if name in _SETS and len(arguments) == 1:
        return SetOf(arguments[0])
    if name in _MAPS and len(arguments) == 2:
        return MapOf(arguments[0], arguments[1])
    if name == "Optional" and len(arguments) == 1:
        return OptionalOf(arguments[0])
    return TupleOf(tuple(arguments)) if name in ("Entry", "SimpleEntry") and len(arguments) == 2 else UNKNOWN


def _write(of: Type, *, boxed: bool = False) -> str:
    match of:
        case Integer(bits, _):
            wide = bits not in (8, 16, 32) or not (of.signed or bits != 32)
            return ("Long" if wide else "Integer") if boxed else "long" if wide else "int"
        case Floating(bits):
            name = "float" if bits == 32 else "double"
            return name.capitalize() if boxed else name
        case Boolean():
            return "Boolean" if boxed else "boolean"
        case Character():
            return "Character" if boxed else "char"
        case Text():
            return "String"
        case ListOf(element):
            return f"List<{_write(element, boxed=True)}>" if boxed or not _is_flat(element) else f"{_write(element)}[]"
        case SetOf(element):
            return f"Set<{_write(element, boxed=True)}>"
        case MapOf(key, value):
            return f"Map<{_write(key, boxed=True)}, {_write(value, boxed=True)}>"
        case TupleOf(elements) if len(elements) == 2:
            return f"Map.Entry<{', '.join(_write(e, boxed=True) for e in elements)}>"
        case OptionalOf(element):
            return f"Optional<{_write(element, boxed=True)}>"
        case ReferenceTo(element):
            return _write(ListOf(element), boxed=boxed)
        case Nothing():
            return "void"
    return "Object"


def _write_growing(of: Type) -> str:
    """A type whose length the function can change; an array has one for ever."""
    if of == ListOf(CHARACTER):
        return "StringBuilder"
    return f"List<{_write(of.element, boxed=True)}>" if isinstance(of, ListOf) else _write(of)


def _is_flat(of: Type) -> bool:
    """Whether an array can hold it: Java has none of a generic type."""
    return (
        _is_flat(of.element)
        if isinstance(of, ListOf)
        else isinstance(of, (Integer, Floating, Boolean, Character, Text))
    )


DIALECT = _Java()
