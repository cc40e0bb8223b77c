"""What the use of a parameter says about its type where the language does not: methods, indices, defaults."""

from __future__ import annotations

from dataclasses import dataclass

from selfdebug.languages import syntax
from selfdebug.signature import FLOATING, INTEGER, TEXT, UNKNOWN, ListOf, MapOf, TupleOf, Type

NUMBERS, MAP = ListOf(INTEGER), MapOf(UNKNOWN, UNKNOWN)
_TABLE = ListOf(NUMBERS)
_WHOLE = frozenset(["//", "<<", ">>", "&", "^", "%"])
_COMPARISONS = frozenset(["==", "===", "!=", "!==", "in"])
_TEXTS = frozenset(["string", "concatenated_string"])


@dataclass(frozen=True, slots=True)
class Usage:
    """How a grammar of tree-sitter's names what is looked for, and what the language's methods are for.

    Attributes:
        member: kind of node, field of the object and field of the name, as in ``s.upper``.
        index: kind of node, field of the object and field of the index.
        loop: kind of node, field of the variable and field of what is iterated.
        methods: names of methods, between spaces, by the type that has them.
        functions: types by the name of a function that is called with the parameter.
        defaults: type by the kind of a literal.
    """

    member: tuple[str, str, str]
    index: tuple[str, str, str]
    loop: tuple[str, str, str]
    methods: dict[Type, str]
    functions: dict[str, tuple[Type, ...]]
    defaults: dict[str, Type]

    def suggested(self, body: syntax.Node | None, name: str, default: syntax.Node | None) -> tuple[Type, ...]:
        """Types that a parameter likely has, the best first; parts of them may be unknown.

        Args:
            body: of its function.
            name: of the parameter.
            default: its default value, if it has one.
        """
        suggestions: list[Type] = []
        if default is not None and default.type in self.defaults:
            fraction = default.type == "number" and "." in syntax.text(default)
            suggestions.append(FLOATING if fraction else self.defaults[default.type])
        for node in syntax.walk(body) if body is not None else ():
            if node.type == "identifier" and syntax.text(node) == name and node.parent is not None:
                suggestions += self._by_place(node, node.parent)
        return tuple(dict.fromkeys(suggestions))

    def _by_place(self, node: syntax.Node, parent: syntax.Node) -> list[Type]:
        """What one place says at which a parameter stands."""
        above = parent.parent
        kind, held, named = self.member
        if parent.type == kind and parent.child_by_field_name(held) == node:
            method = syntax.field(parent, named)
            return [of for of, methods in self.methods.items() if method in methods.split()]
        kind, held, index = self.index
        if parent.type == kind and parent.child_by_field_name(held) == node:
            if above is not None and above.type == kind and above.child_by_field_name(held) == parent:
                return [_TABLE, ListOf(TEXT)]  # x[i][j]
            if above is not None and syntax.text(above).replace(" ", "").startswith(("len(", "range(len(")):
                return [_TABLE]  # len(x[0])
            key = parent.child_by_field_name(index)
            return [MapOf(TEXT, UNKNOWN)] if key is not None and key.type == "string" else []
        if parent.type == "list_splat":
            return [_TABLE]  # zip(*x)
        if any(child.type in _COMPARISONS for child in parent.children) and syntax.children(parent, "string"):
            return [TEXT]
        kind, variable, iterated = self.loop
        if parent.type == kind and parent.child_by_field_name(iterated) == node:
            left = parent.child_by_field_name(variable)
            pair = left is not None and left.type in ("pattern_list", "tuple_pattern", "array_pattern")
            return [ListOf(TupleOf((INTEGER, INTEGER)))] if pair else []
        if above is not None and "argument" in parent.type:
            return list(self.functions.get(syntax.field(above, "function").split(".")[-1], ()))
        if "binary" in parent.type and syntax.field(parent, "operator") in _WHOLE:
            left = parent.child_by_field_name("left")
            if left is not None and (left == node or left.type not in _TEXTS):  # not "%d" % n
                return [INTEGER]
        return []
