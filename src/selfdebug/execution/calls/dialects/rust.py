"""Functions in Rust."""

from __future__ import annotations

from tree_sitter import Node

from selfdebug.execution.calls import syntax
from selfdebug.execution.calls.dialects.base import Function, Slot, driver, referred, relaid
from selfdebug.languages.base import Build
from selfdebug.languages.rust import RUST
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
)

_SIMPLE: dict[str, Type] = {
    "isize": INT64, "usize": Integer(64, signed=False), "f64": Floating(), "f32": Floating(32), "bool": BOOLEAN,
    "char": CHARACTER, "String": TEXT, "str": TEXT,
    **{f"i{n}": Integer(n) for n in (8, 16, 32, 64, 128)},
    **{f"u{n}": Integer(n, signed=False) for n in (8, 16, 32, 64, 128)},
}  # fmt: skip
_LISTS = frozenset(["Vec", "VecDeque"])
_SETS = frozenset(["HashSet", "BTreeSet"])
_MAPS = frozenset(["HashMap", "BTreeMap"])


class _Rust:
    name = "rust"

    def functions(self, source: str) -> list[Function]:
        nodes = [n for n in syntax.walk(syntax.parse("rust", source)) if n.type == "function_item"]
        return [f for f in map(_function, nodes) if f is not None and f.name != "main"]

    def declare(self, signature: Signature) -> str:
        changed = signature.changed
        parameters = ", ".join(
            f"{p.name}: {'&mut ' if i in changed else ''}{_write(p.type)}" for i, p in enumerate(signature.parameters)
        )
        returns = "" if isinstance(signature.returns, Nothing) else f" -> {_write(signature.returns)}"
        return f"fn {signature.name}({parameters}){returns}"

    def build(self, source: str, function: Function, wanted: Signature, *, checked: bool = False) -> Build:
        base = RUST.build("", None)
        lines = ["let text = std::fs::read_to_string(\"arguments\").unwrap();",
                 "let list: Vec<String> = text.split_whitespace().skip(1).map(String::from).collect();",
                 "let words = &mut Words(list.into_iter());", "let mut out = String::new();"]  # fmt: skip
        passed, after = [], []
        for index, slot in enumerate(function.slots):
            lines.append(f"let mut argument{index}: {slot.native} = Take::take(words);")
            after.append(f"argument{index}")
            if slot.passing.endswith("inner"):  # a slice of texts, whose owner must live as long
                lines.append(f"let mut inner{index}: Vec<_> = argument{index}.iter().map(|i| i.as_ref()).collect();")
                passed.append(f"{slot.passing}{index}")
                after[-1] = f"inner{index}"
            elif slot.passing == "vector":
                passed.append(f"argument{index}.iter().map(|i| i.as_ref()).collect()")
            else:
                passed.append(f"{slot.passing}argument{index}")
        path = f"program::{function.owner}::{function.name}" if function.owner else f"program::{function.name}"
        call = f"{path}({', '.join(passed)})"
        lines.append(f"{call};" if function.is_procedure else f"Put::put(&{call}, &mut out);")
        lines += [f"Put::put(&{after[i]}, &mut out);" for i in wanted.changed]
        lines.append('out.push_str("end\\n");\nstd::fs::write("result", out).unwrap();\nstd::process::exit(0);')
        main = f"mod program;\n{driver('driver.rs')}\nfn main() {{\n" + "\n".join(lines) + "\n}\n"
        if checked:
            base.compile[1:1] = ["-C", "overflow-checks=on"]
        return relaid(base, {"driver.rs": main, "program.rs": _opened(source, function)}, ["driver.rs"])


def _opened(source: str, function: Function) -> str:
    """The program as a module of the driver's: what is called must be public there."""
    edits = []
    is_defined = False
    for node in syntax.walk(syntax.parse("rust", source)):
        if node.type == "function_item" and node.start_byte == function.start:
            if not any(c.type == "visibility_modifier" for c in node.children):
                edits.append((node.start_byte, node.start_byte, "pub "))
        elif node.type in ("struct_item", "enum_item"):
            name = syntax.text(node.child_by_field_name("name"))
            is_defined = is_defined or name == function.owner
            if name == function.owner and not any(c.type == "visibility_modifier" for c in node.children):
                edits.append((node.start_byte, node.start_byte, "pub "))
    extra = f"\npub struct {function.owner};" if function.owner and not is_defined else ""
    collections = "" if source.lstrip().startswith("#![") else "use std::collections::*; "
    return f"{collections}{syntax.replaced(source, edits)}{extra}"


def _function(node: Node) -> Function | None:
    body, parameters = node.child_by_field_name("body"), node.child_by_field_name("parameters")
    if body is None or node.child_by_field_name("type_parameters") is not None:
        return None
    owner, parent = "", node.parent
    while parent is not None:
        if parent.type == "function_item" or parent.type == "mod_item":
            return None  # inside another function, or a module such as the tests'
        if parent.type == "impl_item":
            owner = syntax.text(parent.child_by_field_name("type"))
        parent = parent.parent
    if any(c.type == "self_parameter" for c in syntax.children(parameters)):
        return None
    slots = tuple(_slot(p) for p in syntax.children(parameters, "parameter"))
    returns = node.child_by_field_name("return_type")
    returned = NOTHING if returns is None else _read(returns)
    head = syntax.text(node)[: body.start_byte - node.start_byte]
    return Function(
        syntax.text(node.child_by_field_name("name")), slots, Slot("", returned),
        syntax.called(body, ("call_expression",), "function"), owner, text=" ".join(head.split()),
        start=node.start_byte,
    )  # fmt: skip


def _slot(node: Node) -> Slot:
    name = syntax.text(node.child_by_field_name("pattern")).removeprefix("mut ").strip()
    kind = node.child_by_field_name("type")
    if kind is None:
        return Slot(name, UNKNOWN)
    if kind.type != "reference_type":
        native = _owned(kind)
        return Slot(
            name, _read(kind), native, "vector" if native != syntax.text(kind) and "&" in syntax.text(kind) else ""
        )
    inner = kind.child_by_field_name("type")
    assert inner is not None
    changing = any(c.type == "mutable_specifier" for c in kind.children)
    of = _read(inner)
    native = "String" if changing and of == TEXT else _owned(inner)
    passing = f"{'&mut ' if changing else '&'}{'inner' if '&' in syntax.text(inner) else ''}"
    return Slot(name, of, native, passing, referred(of) if changing else None, sizes=_sizes(inner))


def _sizes(node: Node) -> tuple[str, ...]:
    """Of an array, such as ``[i32; 3]``; of nothing else."""
    length = node.child_by_field_name("length") if node.type == "array_type" else None
    return (syntax.text(length),) if length is not None else ()


def _owned(node: Node) -> str:
    """The type that owns what a borrowed type refers to: ``String`` for ``&str``, ``Vec<i32>`` for ``&[i32]``."""
    if node.type == "reference_type":
        inner = node.child_by_field_name("type")
        return _owned(inner) if inner is not None else ""
    if node.type == "array_type" and node.child_by_field_name("length") is None:
        element = node.child_by_field_name("element")
        return f"Vec<{_owned(element)}>" if element is not None else ""
    if node.type == "generic_type":
        listed = syntax.children(node.child_by_field_name("type_arguments"))
        return f"{_name(node)}<{', '.join(_owned(a) for a in listed)}>"
    return "String" if syntax.text(node) == "str" else syntax.text(node)


def _name(node: Node) -> str:
    return syntax.text(node.child_by_field_name("type")).split("::")[-1]


def _read(node: Node) -> Type:
    match node.type:
        case "reference_type":
            inner = node.child_by_field_name("type")
            return UNKNOWN if inner is None else _read(inner)
        case "array_type":
            element = node.child_by_field_name("element")
            return UNKNOWN if element is None else ListOf(_read(element))
        case "tuple_type":
            return TupleOf(tuple(_read(c) for c in node.named_children))
        case "unit_type":
            return NOTHING
        case "generic_type":
            arguments = [_read(a) for a in syntax.children(node.child_by_field_name("type_arguments"))]
            name = _name(node)
            if name in _LISTS and len(arguments) == 1:
                return ListOf(arguments[0])
            if name in _SETS and len(arguments) == 1:
                return SetOf(arguments[0])
            if name in _MAPS and len(arguments) == 2:
                return MapOf(arguments[0], arguments[1])
            if name == "Option" and len(arguments) == 1:
                return OptionalOf(arguments[0])
            return arguments[0] if name in ("Box", "Result") and arguments else UNKNOWN
    return _SIMPLE.get(syntax.text(node).split("::")[-1], UNKNOWN)


def _write(of: Type) -> str:
    match of:
        case Integer(bits, signed):
            return f"{'i' if signed else 'u'}{bits or 64}"
        case Floating(bits):
            return f"f{bits}"
        case Boolean():
            return "bool"
        case Character():
            return "char"
        case Text():
            return "String"
        case ListOf(element):
            return f"Vec<{_write(element)}>"
        case SetOf(element):
            return f"HashSet<{_write(element)}>"
        case MapOf(key, value):
            return f"HashMap<{_write(key)}, {_write(value)}>"
        case TupleOf(elements):
            return f"({', '.join(map(_write, elements))})"
        case OptionalOf(element):
            return f"Option<{_write(element)}>"
        case ReferenceTo(element):
            return _write(element)
        case Nothing():
            return "()"
    return "_"


DIALECT = _Rust()
