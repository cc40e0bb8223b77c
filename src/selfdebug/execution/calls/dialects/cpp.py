"""Functions in C++."""

from __future__ import annotations

import re

from tree_sitter import Node

from selfdebug.execution.calls import syntax
from selfdebug.execution.calls.dialects.base import Function, Slot, driver, referred, relaid
from selfdebug.languages.base import Build
from selfdebug.languages.cpp import CPP
from selfdebug.signature import (
    BOOLEAN,
    CHARACTER,
    INT32,
    INT64,
    NOTHING,
    TEXT,
    UNKNOWN,
    Floating,
    Integer,
    ListOf,
    MapOf,
    Nothing,
    OptionalOf,
    ReferenceTo,
    SetOf,
    Signature,
    TupleOf,
    Type,
)
from selfdebug.signature import Boolean as BooleanType
from selfdebug.signature import Character as CharacterType
from selfdebug.signature import Text as TextType

_NUMBERS: dict[str, Type] = {
    "bool": BOOLEAN, "char": CHARACTER, "float": Floating(32), "double": Floating(), "long double": Floating(),
    "int": INT32, "signed": INT32, "unsigned": Integer(32, signed=False), "short": Integer(16), "long": INT64,
    "unsigned short": Integer(16, signed=False), "unsigned long": Integer(64, signed=False),
    "signed char": Integer(8), "unsigned char": Integer(8, signed=False), "void": NOTHING, "string": TEXT,
    "size_t": Integer(64, signed=False), "ssize_t": INT64, "string_view": TEXT, "ll": INT64, "lli": INT64,
    "ull": Integer(64, signed=False), "ulli": Integer(64, signed=False),
    **{f"int{n}_t": Integer(n) for n in (8, 16, 32, 64)},
    **{f"uint{n}_t": Integer(n, signed=False) for n in (8, 16, 32, 64)},
}  # fmt: skip
_WORDS = frozenset(["unsigned", "signed", "long", "short", "double", "char", "int"])
_LISTS = frozenset(["vector", "deque", "list", "array"])
_SETS = frozenset(["set", "unordered_set"])
_MAPS = frozenset(["map", "unordered_map"])
# Without optimisation, so that a variable without a value has the one that its memory was filled with.
_CHECKS = [
    "-O0", "-fsanitize=address,undefined,float-divide-by-zero,float-cast-overflow", "-fno-sanitize-recover=all",
    "-D_GLIBCXX_ASSERTIONS", "-fno-omit-frame-pointer",
]  # fmt: skip


class _Cpp:
    name = "cpp"

    def functions(self, source: str) -> list[Function]:
        aliases = _aliases(source)
        found = []
        for node in syntax.walk(syntax.parse("cpp", source)):
            if node.type == "function_definition":
                function = _function(node, aliases)
                if function is not None and function.name != "main":
                    found.append(function)
        return found

    def declare(self, signature: Signature) -> str:
        changed = signature.changed
        parameters = [
            f"{_write(p.type)}{'&' if i in changed else ''} {p.name}" for i, p in enumerate(signature.parameters)
        ]
        return f"{_write(signature.returns)} {signature.name}({', '.join(parameters)})"

    def build(self, source: str, function: Function, wanted: Signature, *, checked: bool = False) -> Build:
        base = CPP.build(source, None)
        # A source that never says std:: was cut out of one that did not have to.
        lenient = "" if "std::" in source or "using namespace std" in source else "using namespace std;\n"
        main = (
            f'#include "driver.hpp"\n{lenient}#define main program_main\n#include "program.cpp"\n#undef main\n'
            f"signed main() {{\n{_calling(function, wanted.changed)}}}\n"
        )
        built = relaid(
            base,
            {"driver.cpp": main, "driver.hpp": driver("driver.hpp"), "program.cpp": source},
            ["driver.cpp"],
        )
        if checked:
            built.compile[1:1] = _CHECKS
            built.compile.remove("-O2")
        return built


def _calling(function: Function, changed: tuple[int, ...]) -> str:
    """The driver's statements: take the arguments, call, put what was given."""
    lines = ["using namespace selfdebug_calls;", "const int paint_byte = take_conditions();"]
    passed, after = [], []
    for index, slot in enumerate(function.slots):
        own = given = f"argument{index}"
        lines.append(f"auto {own} = take<{_storage(slot)}>();")
        if slot.passing in ("pointer", "rows", "texts", "constant texts"):
            given = f"pointer{index}"
            lines.append(f"auto {given} = {own}.data();")
            if slot.passing == "constant texts":
                given = f"const_cast<const char**>({given})"
        elif slot.passing.startswith(("table ", "array ")):
            kind, size = slot.passing.split(" ", 1)
            given = f"pointer{index}"
            lines.append(f"auto {given} = reinterpret_cast<{slot.native} (*)[{size}]>({own}.data());")
            given = f"*{given}" if kind == "array" else given
        elif slot.passing == "address":
            given = f"&{own}"
        elif slot.passing == "move":
            given = f"std::move({own})"
        passed.append(given)
        after.append(own)
    owner = (
        f"{function.owner}::"
        if function.owner and function.is_static
        else f"{function.owner}()." * bool(function.owner)
    )
    call = f"{owner or '::'}{function.name}({', '.join(passed)})"
    lines += ["paint(paint_byte);", f"{call};" if function.is_procedure else f"put({call});"]
    lines += [f"put({after[i]});" for i in changed]
    return "\n".join([*lines, "finish();", ""])


def _storage(slot: Slot) -> str:
    match slot.passing.split(" "):
        case ["pointer"]:
            return "Characters" if slot.native == "char" else f"Buffer<{slot.native}>"
        case ["rows"]:
            return f"Rows<{slot.native}>"
        case ["texts"] | ["constant", "texts"]:
            return "Texts"
        case ["array", *_]:
            return f"Buffer<{slot.native}>"
        case ["table", *size]:
            return f"Buffer<std::array<{slot.native}, {' '.join(size)}>>"
    return slot.native


# -- reading -------------------------------------------------------------------------------------------------------


def _aliases(source: str) -> dict[str, str]:
    """Names for number types that the source defines: ``typedef long long ll``, ``#define ll long long``."""
    found = dict(re.findall(r"^\s*#define\s+(\w+)\s+((?:unsigned |long |int|double|signed )+)\s*$", source, re.M))
    found |= {name: of for of, name in re.findall(r"\btypedef\s+((?:\w+\s+)+)(\w+)\s*;", source)}
    found |= dict(re.findall(r"\busing\s+(\w+)\s*=\s*((?:\w+\s*)+);", source))
    return {name: of.strip() for name, of in found.items()}


def _function(node: Node, aliases: dict[str, str]) -> Function | None:
    declarator, pointers = node.child_by_field_name("declarator"), 0
    while declarator is not None and declarator.type in ("pointer_declarator", "reference_declarator"):
        pointers += declarator.type == "pointer_declarator"
        declarator = declarator.child_by_field_name("declarator") or next(reversed(declarator.named_children), None)
    if declarator is None or declarator.type != "function_declarator":
        return None
    parent = node.parent
    if parent is not None and parent.type == "template_declaration":
        return None
    owner = ""
    if parent is not None and parent.type == "field_declaration_list" and parent.parent is not None:
        owner = syntax.text(parent.parent.child_by_field_name("name"))
    name = syntax.text(declarator.child_by_field_name("declarator"))
    kind = node.child_by_field_name("type")
    returned, native = _read(kind, aliases)
    if pointers:
        returned = TEXT if returned == CHARACTER and pointers == 1 else UNKNOWN
    listed = syntax.children(
        declarator.child_by_field_name("parameters"), "parameter_declaration", "optional_parameter_declaration"
    )
    body = node.child_by_field_name("body")
    if body is None or not name:
        return None
    slots = [_slot(p, aliases, body) for p in listed]
    if len(slots) == 1 and slots[0].native == "void":
        slots = []
    head = syntax.text(node)[: body.start_byte - node.start_byte]
    return Function(
        name, tuple(slots), Slot("", returned, native), syntax.called(body, ("call_expression",), "function"), owner,
        any(syntax.text(c) == "static" for c in syntax.children(node, "storage_class_specifier")),
        " ".join(head.split()), node.start_byte,
    )  # fmt: skip


def _slot(node: Node, aliases: dict[str, str], body: Node) -> Slot:
    of, native = _read(node.child_by_field_name("type"), aliases)
    constant = any(syntax.text(c) == "const" for c in syntax.children(node, "type_qualifier"))
    name, levels = _levels(node.child_by_field_name("declarator"))
    match levels:
        case [] | ["&"] | ["&&"]:
            output = None if constant or levels != ["&"] else referred(of)
            fixed = re.search(r"\barray<.*,\s*(\w+)\s*>$", native)
            passing = "move" if levels == ["&&"] else ""
            return Slot(name, of, native, passing, output, sizes=(fixed[1],) if fixed else ())
        case ["&", size] if size not in ("*", ""):  # int (&row)[3]
            return Slot(name, ListOf(of), native, f"array {size}", None if constant else ListOf(of), sizes=(size,))
        case ["*"] if of != NOTHING and _points_at_one(body, name):
            return Slot(name, of, native, "address", None if constant else referred(of))
        case [size] if of == CHARACTER:
            return Slot(name, TEXT, native, "pointer", None if constant else ListOf(of))
        case [size] if of != NOTHING:
            return Slot(name, ListOf(of), native, "pointer", None if constant else ListOf(of), sizes=(_size(size),))
        case [size, "*"] if of == CHARACTER:
            passing = "constant texts" if constant else "texts"
            return Slot(name, ListOf(TEXT), native, passing, None if constant else ListOf(TEXT), sizes=(_size(size),))
        case [size, inner] if of != NOTHING and "&" not in size and inner != "":
            table = ListOf(ListOf(of))
            passing = "rows" if inner == "*" else f"table {inner}"
            return Slot(name, table, native, passing, None if constant else table, sizes=(_size(size), _size(inner)))
    return Slot(name, UNKNOWN, native)


def _levels(declarator: Node | None) -> tuple[str, list[str]]:
    """A declarator's name, and what stands around it, from the name outwards: ``*``, ``&``, ``&&``, an array's size."""
    levels = []
    while declarator is not None and declarator.type != "identifier":
        if "array" in declarator.type:
            levels.append(syntax.text(declarator.child_by_field_name("size")))
        elif "pointer" in declarator.type:
            levels.append("*")
        elif "reference" in declarator.type:
            levels.append("&&" if syntax.text(declarator).startswith("&&") else "&")
        inner = declarator.child_by_field_name("declarator")
        declarator = inner or next(
            (c for c in declarator.named_children if c.type.endswith("declarator") or c.type == "identifier"), None
        )
    return syntax.text(declarator), levels[::-1]


def _size(level: str) -> str:
    return "" if level == "*" else level


def _points_at_one(body: Node, name: str) -> bool:
    """Whether a pointer is that of one variable: it is followed as it is, and never moved or indexed."""
    followed = False
    for node in syntax.walk(body):
        parent = node.parent
        if node.type != "identifier" or parent is None or syntax.text(node) != name:
            continue
        operator = syntax.text(parent.child_by_field_name("operator"))
        if (parent.type == "pointer_expression" and operator == "*") or (
            parent.type == "field_expression" and operator == "->"
        ):
            followed = True
        elif (
            parent.type in ("subscript_expression", "update_expression")
            or (parent.type == "assignment_expression" and parent.child_by_field_name("left") == node)
            or (parent.type == "binary_expression" and operator not in ("==", "!=", "&&", "||"))
        ):
            return False
    return followed


def _read(node: Node | None, aliases: dict[str, str]) -> tuple[Type, str]:
    """A type's meaning, and how it is written without const and references."""
    if node is None:
        return UNKNOWN, ""
    if node.type == "type_descriptor":
        inner = node.child_by_field_name("type")
        if node.child_by_field_name("declarator") is not None:
            return UNKNOWN, syntax.text(node)
        return _read(inner, aliases)
    if node.type == "qualified_identifier":
        inner = node.child_by_field_name("name")
        of, native = _read(inner, aliases)
        return of, f"{syntax.text(node.child_by_field_name('scope'))}::{native}"
    if node.type == "template_type":
        return _read_template(node, aliases)
    native = " ".join(syntax.text(node).split())
    return _number(aliases.get(native, native)), native


def _number(name: str) -> Type:
    words = [w for w in name.removeprefix("std::").split() if w != "const"]
    if len(words) > 1 and set(words) <= _WORDS:  # long long int, unsigned int, int unsigned
        sign = "unsigned" if "unsigned" in words else "signed" if "char" in words and "signed" in words else ""
        size = next((w for w in ("char", "short", "double", "long") if w in words), "")
        return _NUMBERS[f"{sign} {size}".strip() or "int"]
    return _NUMBERS.get(" ".join(words), UNKNOWN)


def _read_template(node: Node, aliases: dict[str, str]) -> tuple[Type, str]:
    name = syntax.text(node.child_by_field_name("name"))
    arguments = syntax.children(node.child_by_field_name("arguments"))
    native = " ".join(syntax.text(node).split())
    read = [_read(a, aliases)[0] for a in arguments if a.type == "type_descriptor"]
    if name in _LISTS and read:
        return ListOf(read[0]), native
    if name in _SETS and read:
        return SetOf(read[0]), native
    if name in _MAPS and len(read) >= 2:
        return MapOf(read[0], read[1]), native
    if name in ("pair", "tuple") and read:
        return TupleOf(tuple(read)), native
    if name == "optional" and read:
        return OptionalOf(read[0]), native
    return UNKNOWN, native


def _write(of: Type) -> str:
    match of:
        case Integer(bits, signed):
            wide = "int" if bits == 32 else "long long" if bits in (None, 64, 128) else f"int{bits}_t"
            return wide if signed else f"u{wide}" if wide.startswith("int") and bits != 32 else f"unsigned {wide}"
        case Floating(bits):
            return "float" if bits == 32 else "double"
        case BooleanType():
            return "bool"
        case CharacterType():
            return "char"
        case TextType():
            return "std::string"
        case ListOf(element):
            return f"std::vector<{_write(element)}>"
        case SetOf(element):
            return f"std::set<{_write(element)}>"
        case MapOf(key, value):
            return f"std::map<{_write(key)}, {_write(value)}>"
        case TupleOf(elements):
            return f"std::{'pair' if len(elements) == 2 else 'tuple'}<{', '.join(map(_write, elements))}>"
        case OptionalOf(element):
            return f"std::optional<{_write(element)}>"
        case ReferenceTo(element):
            return _write(element)
        case Nothing():
            return "void"
    return "auto"


DIALECT = _Cpp()
