"""Functions in Go."""

from __future__ import annotations

import json
import re

from tree_sitter import Node

from selfdebug.execution.calls import syntax
from selfdebug.execution.calls.dialects.base import Function, Slot, driver, in_place, referred, relaid
from selfdebug.languages.base import Build
from selfdebug.languages.go import GO
from selfdebug.signature import (
    BOOLEAN,
    CHARACTER,
    INT64,
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
    parts,
)

_SIMPLE: dict[str, Type] = {
    "int": INT64, "uint": Integer(64, signed=False), "float64": Floating(), "float32": Floating(32), "bool": BOOLEAN,
    "string": TEXT, "rune": CHARACTER, "byte": CHARACTER,
    **{f"int{n}": Integer(n) for n in (8, 16, 32, 64)},
    **{f"uint{n}": Integer(n, signed=False) for n in (8, 16, 32, 64)},
}  # fmt: skip


class _Go:
    name = "go"

    def functions(self, source: str) -> list[Function]:
        nodes = [n for n in syntax.parse("go", source).children if n.type == "function_declaration"]
        found = [_function(n) for n in nodes if not syntax.children(n, "type_parameter_list")]
        return [f for f in found if f.name not in ("main", "init")]

    def declare(self, signature: Signature) -> str:
        parameters = ", ".join(
            f"{p.name} {'*' if i in signature.resized else ''}{_write(p.type)}"
            for i, p in enumerate(signature.parameters)
        )
        returns = signature.returns
        several = isinstance(returns, TupleOf)
        written = f"({', '.join(map(_write, parts(returns)))})" if several else _write(returns)
        return f"func {signature.name}({parameters}) {written}".rstrip()

    def build(self, source: str, function: Function, wanted: Signature, *, checked: bool = False) -> Build:
        text = _adjusted(source)
        base = GO.build(text, None)
        returned = (
            parts(function.returns.type) if isinstance(function.returns.type, TupleOf) else [function.returns.type]
        )
        own = driver("driver.go")
        for mark, values in (
            ("CALLED", function.name),
            ("CHANGED", ", ".join(map(str, wanted.changed))),
            ("SHAPES", ", ".join(json.dumps(_shape(t)) for t in returned)),
            ("ARGUMENTS", ", ".join(json.dumps(_shape(s.type)) for s in function.slots)),
        ):
            own = own.replace(f"SELFDEBUG_{mark}", values)
        return relaid(base, {**base.files, "driver.go": own}, [base.main, "driver.go"])


def _shape(of: Type) -> str:
    """Whether the numbers in a value are characters, which Go's own types do not say."""
    inner = parts(of)
    return "character" if of == CHARACTER or (inner and _shape(inner[-1]) == "character") else ""


def _adjusted(source: str) -> str:
    """With the program's own main out of the way, and imports that it does not use allowed."""
    edits = []
    for node in syntax.walk(syntax.parse("go", source)):
        if node.type == "function_declaration":
            name = node.child_by_field_name("name")
            if name is not None and syntax.text(name) == "main":
                edits.append((name.start_byte, name.end_byte, "programMain"))
        elif node.type == "import_spec" and node.child_by_field_name("name") is None:
            path = syntax.text(node.child_by_field_name("path")).strip('"`')
            if not re.search(rf"\b{re.escape(path.split('/')[-1])}\.", source):
                edits.append((node.start_byte, node.start_byte, "_ "))
    return syntax.replaced(source, edits)


def _function(node: Node) -> Function:
    slots = []
    for child in syntax.children(node.child_by_field_name("parameters")):
        slots += [_slot(syntax.text(n), child) for n in child.children_by_field_name("name")]
    result = node.child_by_field_name("result")
    returned = NOTHING if result is None else _read(result)
    if result is not None and result.type == "parameter_list":
        listed = [_read(c.child_by_field_name("type")) for c in syntax.children(result)]
        returned = listed[0] if len(listed) == 1 else TupleOf(tuple(listed))
    body = node.child_by_field_name("body")
    head = syntax.text(node)[: body.start_byte - node.start_byte] if body is not None else ""
    return Function(
        syntax.text(node.child_by_field_name("name")), tuple(slots), Slot("", returned),
        syntax.called(body, ("call_expression",), "function") if body is not None else frozenset(),
        text=" ".join(head.split()), start=node.start_byte,
    )  # fmt: skip


def _slot(name: str, node: Node) -> Slot:
    kind = node.child_by_field_name("type")
    of = _read(kind)
    if node.type == "variadic_parameter_declaration":
        return Slot(name, ListOf(of), output=ListOf(of))
    if kind is not None and kind.type == "array_type":  # a copy
        return Slot(name, of, sizes=(syntax.text(kind.child_by_field_name("length")),))
    if isinstance(of, OptionalOf):
        # What a pointer points at; where that is a list or a map, the pointer is there to exchange it.
        of = of if in_place(of.element) is None else of.element
        return Slot(name, of, output=referred(of.element if isinstance(of, OptionalOf) else of))
    return Slot(name, of, output=in_place(of))


def _read(node: Node | None) -> Type:
    if node is None:
        return UNKNOWN
    match node.type:
        case "slice_type" | "array_type":
            return ListOf(_read(node.child_by_field_name("element")))
        case "map_type":
            value = node.child_by_field_name("value")
            key = _read(node.child_by_field_name("key"))
            return SetOf(key) if syntax.text(value) == "struct{}" else MapOf(key, _read(value))
        case "pointer_type":
            return OptionalOf(_read(node.named_children[0]))
    return _SIMPLE.get(syntax.text(node), UNKNOWN)


def _write(of: Type) -> str:
    match of:
        case Integer(bits, signed):
            # Go's int holds what 32 bits hold; unsigned arithmetic wraps at its own width.
            return "int" if signed and bits in (None, 32, 64, 128) else f"{'' if signed else 'u'}int{bits or 64}"
        case Floating(bits):
            return f"float{bits}"
        case Boolean():
            return "bool"
        case Character():
            return "rune"
        case Text():
            return "string"
        case ListOf(element):
            return f"[]{_write(element)}"
        case SetOf(element):
            return f"map[{_write(element)}]struct{{}}"
        case MapOf(key, value):
            return f"map[{_write(key)}]{_write(value)}"
        case TupleOf(elements):
            return f"struct{{ {'; '.join(f'V{i} {_write(e)}' for i, e in enumerate(elements))} }}"
        case OptionalOf(element) | ReferenceTo(element):
            return f"*{_write(element)}"
        case Nothing():
            return ""
    return "interface{}"


DIALECT = _Go()
