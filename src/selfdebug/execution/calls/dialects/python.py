"""Functions in Python. They are called by the warm interpreter, which needs no driver of this room."""

from __future__ import annotations

import re

from tree_sitter import Node

from selfdebug.execution.calls import syntax
from selfdebug.execution.calls.dialects import usage
from selfdebug.execution.calls.dialects.base import Function, Slot, in_place
from selfdebug.languages.base import Build
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
    "int": INTEGER, "float": FLOATING, "bool": BOOLEAN, "str": TEXT, "None": NOTHING, "list": ListOf(UNKNOWN),
    "List": ListOf(UNKNOWN), "dict": MapOf(UNKNOWN, UNKNOWN), "Dict": MapOf(UNKNOWN, UNKNOWN),
    "set": SetOf(UNKNOWN), "Set": SetOf(UNKNOWN),
}  # fmt: skip
_LISTS = frozenset(["list", "List", "Sequence", "Iterable", "MutableSequence", "Collection", "deque", "Deque"])
_SETS = frozenset(["set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet"])
_NO_PARAMETERS = (
    "list_splat_pattern",
    "dictionary_splat_pattern",
    "keyword_separator",
    "positional_separator",
    "comment",
)
_MAPS = frozenset(["dict", "Dict", "Mapping", "MutableMapping", "DefaultDict", "OrderedDict", "defaultdict"])


class _Python:
    name = "python"

    def functions(self, source: str) -> list[Function]:
        root = syntax.parse("python", source)
        nodes = [n.child_by_field_name("definition") if n.type == "decorated_definition" else n for n in root.children]
        found = [_function(n) for n in nodes if n is not None and n.type == "function_definition"]
        return [f for f in found if f.name != "main"]

    def declare(self, signature: Signature) -> str:
        parameters = ", ".join(
            p.name if isinstance(p.type, type(UNKNOWN)) else f"{p.name}: {_write(p.type)}" for p in signature.parameters
        )
        returns = "" if signature.returns == UNKNOWN else f" -> {_write(signature.returns)}"
        return f"def {signature.name}({parameters}){returns}:"

    def build(self, source: str, function: Function, wanted: Signature, *, checked: bool = False) -> Build:
        raise TypeError("Python programs run in the warm interpreter")


def _function(node: Node) -> Function:
    slots, by_name_only = [], False
    for child in syntax.children(node.child_by_field_name("parameters")):
        by_name_only = by_name_only or child.type in ("list_splat_pattern", "keyword_separator")
        if child.type in _NO_PARAMETERS or (by_name_only and child.child_by_field_name("value") is not None):
            continue
        slots.append(_slot(child, node.child_by_field_name("body")))
    body = node.child_by_field_name("body")
    returns = node.child_by_field_name("return_type")
    returned = _read(returns)
    if returns is None and body is not None and not _returns_a_value(body):
        returned = NOTHING
    head = syntax.text(node)[: body.start_byte - node.start_byte] if body is not None else ""
    return Function(
        syntax.text(node.child_by_field_name("name")), tuple(slots), Slot("", returned),
        syntax.called(body, ("call",), "function") if body is not None else frozenset(),
        text=" ".join(head.split()).rstrip(": "), start=node.start_byte,
    )  # fmt: skip


def _slot(node: Node, body: Node | None) -> Slot:
    kind = node.child_by_field_name("type")
    name = node.named_children[0] if node.type == "typed_parameter" else node.child_by_field_name("name")
    text, of = syntax.text(name) or syntax.text(node), _read(kind)
    likely = usage.suggested(body, text, node.child_by_field_name("value"), usage.PYTHON) if kind is None else ()
    return Slot(text, of, output=in_place(of), likely=likely)


def _returns_a_value(body: Node) -> bool:
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node.type == "yield" or (node.type == "return_statement" and node.named_children):
            return True
        waiting += [c for c in node.children if c.type not in ("function_definition", "class_definition", "lambda")]
    return False


def _read(node: Node | None) -> Type:
    if node is None:
        return UNKNOWN
    if node.type == "string":  # an annotation in quotes
        inner = syntax.parse("python", syntax.text(node).strip("'\"")).named_children
        return _read(inner[0]) if inner else UNKNOWN
    if node.type in ("type", "expression_statement") and node.named_children:
        return _read(node.named_children[0])
    if node.type in ("union_type", "binary_operator"):
        sides = [_read(c) for c in node.named_children]
        known = [s for s in sides if s != NOTHING]
        return OptionalOf(known[0]) if len(sides) == 2 and len(known) == 1 else UNKNOWN
    if node.type not in ("generic_type", "subscript"):
        return _SIMPLE.get(syntax.text(node).split(".")[-1], UNKNOWN)
    name = re.split(r"[\[]", syntax.text(node))[0].strip().split(".")[-1]
    holder = syntax.children(node, "type_parameter")
    arguments = [_read(a) for a in (syntax.children(holder[0]) if holder else node.named_children[1:])]
    if name in _LISTS and len(arguments) == 1:
        return ListOf(arguments[0])
    if name in _SETS and len(arguments) == 1:
        return SetOf(arguments[0])
    if name in _MAPS and len(arguments) == 2:
        return MapOf(arguments[0], arguments[1])
    if name in ("tuple", "Tuple") and arguments:
        return ListOf(arguments[0]) if "..." in syntax.text(node) else TupleOf(tuple(arguments))
    return OptionalOf(arguments[0]) if name == "Optional" and len(arguments) == 1 else UNKNOWN


def _write(of: Type) -> str:
    match of:
        case Integer():
            return "int"
        case Floating():
            return "float"
        case Boolean():
            return "bool"
        case Character() | Text():
            return "str"
        case ListOf(element) | ReferenceTo(element):
            return "list" if element == UNKNOWN else f"list[{_write(element)}]"
        case SetOf(element):
            return "set" if element == UNKNOWN else f"set[{_write(element)}]"
        case MapOf(key, value):
            return "dict" if key == UNKNOWN else f"dict[{_write(key)}, {_write(value)}]"
        case TupleOf(elements):
            return f"tuple[{', '.join(map(_write, elements))}]"
        case OptionalOf(element):
            return f"{_write(element)} | None"
        case Nothing():
            return "None"
    return "object"


DIALECT = _Python()
