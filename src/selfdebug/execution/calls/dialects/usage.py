"""What the use of a parameter says about its type where the language does not: methods, indices, defaults."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from selfdebug.execution.calls import syntax
from selfdebug.signature import BOOLEAN, FLOATING, INTEGER, TEXT, UNKNOWN, ListOf, MapOf, SetOf, TupleOf, Type

_NUMBERS, _TABLE = ListOf(INTEGER), ListOf(ListOf(INTEGER))
_MAP = MapOf(UNKNOWN, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a grammar of tree-sitter's names what is looked for, and what the language's methods are for.

    Attributes:
        member: kind of node, field of the object and field of the name, as in ``s.upper``.
        index: kind of node, field of the object and field of the index.
        loop: kind of node, field of the variable and field of what is iterated.
        methods: type by the names of its methods.
        functions: types by the name of a function that is called with the parameter.
        defaults: type by the kind of a literal.
    """

    member: tuple[str, str, str]
    index: tuple[str, str, str]
    loop: tuple[str, str, str]
    methods: dict[Type, str]
    functions: dict[str, tuple[Type, ...]]
    defaults: dict[str, Type]


PYTHON = Grammar(
    ("attribute", "object", "attribute"),
    ("subscript", "value", "subscript"),
    ("for_statement", "left", "right"),
    {
        TEXT: (
            "upper lower split strip lstrip rstrip isdigit isalpha isalnum isupper islower isspace replace"
            " startswith endswith title capitalize swapcase find rfind encode join splitlines zfill"
            " partition casefold"
        ),
        _MAP: "items keys values get setdefault",
        ListOf(UNKNOWN): "append sort extend insert reverse",
        SetOf(UNKNOWN): (
            "add discard union intersection difference issubset issuperset"
        ),
    },
    {"range": (INTEGER,), "chr": (INTEGER,), "bin": (INTEGER,), "hex": (INTEGER,), "ord": (TEXT,), "sum": (_NUMBERS,),
     "join": (ListOf(TEXT),),
     "isqrt": (INTEGER,), "gcd": (INTEGER,)},
    {"integer": INTEGER, "float": FLOATING, "string": TEXT, "true": BOOLEAN, "false": BOOLEAN,
     "list": ListOf(UNKNOWN), "dictionary": _MAP, "set": SetOf(UNKNOWN)},
)  # fmt: skip
JAVASCRIPT = Grammar(
    ("member_expression", "object", "property"),
    ("subscript_expression", "object", "index"),
    ("for_in_statement", "left", "right"),
    {
        TEXT: (
            "toUpperCase toLowerCase split charAt charCodeAt codePointAt trim substring substr replace"
            " replaceAll startsWith endsWith padStart padEnd repeat match"
        ),
        ListOf(UNKNOWN): (
            "push pop shift unshift sort map filter reduce forEach splice reverse join every some find"
            " findIndex flat fill"
        ),
        _MAP: "get set entries",
        SetOf(UNKNOWN): "add",
    },
    {"keys": (_MAP,), "values": (_MAP,), "entries": (_MAP,), "fromCharCode": (INTEGER,)},
    {"number": INTEGER, "string": TEXT, "template_string": TEXT, "true": BOOLEAN, "false": BOOLEAN,
     "array": ListOf(UNKNOWN), "object": _MAP},
)  # fmt: skip
_WHOLE = frozenset(["//", "<<", ">>", "&", "^", "%"])


def suggested(body: Node | None, name: str, default: Node | None, grammar: Grammar) -> tuple[Type, ...]:
    """Types that a parameter likely has, the best first; parts of them may be unknown."""
    found: list[Type] = []
    if default is not None and default.type in grammar.defaults:
        fraction = default.type == "number" and "." in syntax.text(default)
        found.append(FLOATING if fraction else grammar.defaults[default.type])
    for node in syntax.walk(body) if body is not None else ():
        if node.type == "identifier" and syntax.text(node) == name and node.parent is not None:
            found += _by_place(node, node.parent, grammar)
    return tuple(dict.fromkeys(found))


def _by_place(node: Node, parent: Node, grammar: Grammar) -> list[Type]:
    """What one place says at which a parameter stands."""
    above = parent.parent
    kind, held, named = grammar.member
    if parent.type == kind and parent.child_by_field_name(held) == node:
        method = syntax.text(parent.child_by_field_name(named))
        return [of for of, methods in grammar.methods.items() if method in methods.split()]
    kind, held, index = grammar.index
    if parent.type == kind and parent.child_by_field_name(held) == node:
        if above is not None and above.type == kind and above.child_by_field_name(held) == parent:
            return [_TABLE, ListOf(TEXT)]  # x[i][j]
        if above is not None and syntax.text(above).replace(" ", "").startswith(("len(", "range(len(")):
            return [_TABLE]  # len(x[0])
        key = parent.child_by_field_name(index)
        return [MapOf(TEXT, UNKNOWN)] if key is not None and key.type == "string" else []
    if parent.type == "list_splat":
        return [_TABLE]  # zip(*x)
    if _compares(parent) and any(child.type == "string" for child in parent.named_children):
        return [TEXT]
    kind, variable, iterated = grammar.loop
    if parent.type == kind and parent.child_by_field_name(iterated) == node:
        left = parent.child_by_field_name(variable)
        pair = left is not None and left.type in ("pattern_list", "tuple_pattern", "array_pattern")
        return [ListOf(TupleOf((INTEGER, INTEGER)))] if pair else []
    if above is not None and "argument" in parent.type:
        called = syntax.text(above.child_by_field_name("function")).split(".")[-1]
        return list(grammar.functions.get(called, ()))
    operator = syntax.text(parent.child_by_field_name("operator"))
    return [INTEGER] if "binary" in parent.type and operator in _WHOLE and _is_left_or_number(node, parent) else []


def _compares(node: Node) -> bool:
    operators = ("==", "===", "!=", "!==", "in")
    return any(child.type in operators for child in node.children)


def _is_left_or_number(node: Node, parent: Node) -> bool:
    """Not the right side of a text that is formatted: ``"%d" % n``."""
    left = parent.child_by_field_name("left")
    return left is not None and (left == node or left.type not in ("string", "concatenated_string"))
