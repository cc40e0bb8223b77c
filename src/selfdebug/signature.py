"""The types that values may have when they pass between languages, and a function's signature made of them.

A small closed set. It says what a value is, not how a language writes its type: a C++ ``const vector<int>&`` and a
Java ``int[]`` are both a list of 32-bit integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number.

    Attributes:
        bits: its width; ``None`` where it has no bounds, as in Python.
        signed: False if it cannot be negative.
    """

    bits: int | None = None
    signed: bool = True

    @property
    def bounds(self) -> tuple[int, int] | None:
        """Smallest and largest value; ``None`` without bounds."""
        if self.bits is None:
            return None
        return (-(1 << self.bits - 1), (1 << self.bits - 1) - 1) if self.signed else (0, (1 << self.bits) - 1)


@dataclass(frozen=True, slots=True)
class Floating:
    """A floating-point number of 32 or 64 bits."""

    bits: int = 64


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character; in Python a string of length 1."""


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""


@dataclass(frozen=True, slots=True)
class _Of:
    """What is made of one type."""

    element: Type


class ListOf(_Of):
    """A list, vector, array or slice."""


class SetOf(_Of):
    """A set."""


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map, dictionary or object."""

    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class TupleOf:
    """A pair or a longer tuple."""

    elements: tuple[Type, ...]


class OptionalOf(_Of):
    """A value that may be absent; in Python ``None``."""


class ReferenceTo(_Of):
    """A variable of the caller's that the function can change, such as C++'s ``int&``; elsewhere a list of one item."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """What a procedure returns."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The source does not say: a parameter without annotation, or a type outside this set."""


Type = (
    Integer | Floating | Boolean | Character | Text | ListOf | SetOf | MapOf | TupleOf | OptionalOf | ReferenceTo
    | Nothing | Unknown
)  # fmt: skip

INT32, INT64, INTEGER = Integer(32), Integer(64), Integer()
FLOATING, BOOLEAN, CHARACTER, TEXT, NOTHING, UNKNOWN = Floating(), Boolean(), Character(), Text(), Nothing(), Unknown()


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a function."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's name, parameters and what it returns, in no particular language.

    Attributes:
        name: its name.
        parameters: what it takes.
        returns: what it returns.
        outputs: indices of the parameters whose values after the call are compared, beside what is returned. ``None``
            where nobody said: then of a procedure all that can change in place, else none.
        resized: indices of the outputs that are known to become longer or shorter.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: Type
    outputs: tuple[int, ...] | None = None
    resized: tuple[int, ...] = ()

    @property
    def changed(self) -> tuple[int, ...]:
        """Indices of the parameters whose values after the call are compared."""
        if self.outputs is not None:
            return self.outputs
        if not self.is_procedure:
            return ()
        changing = (ListOf, SetOf, MapOf, ReferenceTo, Unknown)
        return tuple(i for i, p in enumerate(self.parameters) if isinstance(p.type, changing))

    @property
    def is_procedure(self) -> bool:
        """Whether it returns nothing."""
        return isinstance(self.returns, Nothing)

    @property
    def gives(self) -> Type:
        """Type of the value that a test compares: what is returned, then the changed arguments.

        One value stands for itself, several are a tuple.
        """
        types = tuple(self.parameters[i].type for i in self.changed)
        if not self.is_procedure:
            types = (self.returns, *types)
        return NOTHING if not types else types[0] if len(types) == 1 else TupleOf(types)

    @property
    def is_typed(self) -> bool:
        """Whether the types of all parameters are known."""
        return not any(has_unknown(p.type) for p in self.parameters)

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``json.dumps``."""
        data: dict[str, Any] = {
            "name": self.name,
            "parameters": [{"name": p.name, "type": to_json(p.type)} for p in self.parameters],
            "returns": to_json(self.returns),
        }
        if self.outputs is not None:
            data["outputs"] = list(self.outputs)
        return {**data, "resized": list(self.resized)} if self.resized else data

    @classmethod
    def from_json(cls, data: Any) -> Signature:
        """The signature that `to_json` wrote.

        Raises:
            ValueError: ``data`` is something else.
        """
        try:
            parameters = tuple(Parameter(str(p["name"]), from_json(p["type"])) for p in data["parameters"])
            outputs = None if data.get("outputs") is None else tuple(map(int, data["outputs"]))
            resized = tuple(map(int, data.get("resized", ())))
            if not {*(outputs or ()), *resized} <= set(range(len(parameters))):
                raise ValueError("this is not a signature's JSON: an output is no parameter")
            return cls(str(data["name"]), parameters, from_json(data["returns"]), outputs, resized)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"this is not a signature's JSON: {error}") from None


def parts(of: Type) -> tuple[Type, ...]:
    """The types that a type is made of."""
    match of:
        case _Of(element):
            return (element,)
        case MapOf(key, value):
            return (key, value)
        case TupleOf(elements):
            return elements
        case _:
            return ()


def has_unknown(of: Type) -> bool:
    """Whether a type, or a part of it, is unknown."""
    return isinstance(of, Unknown) or any(map(has_unknown, parts(of)))


_SIMPLE: dict[str, Type] = {
    "floating": FLOATING, "floating32": Floating(32), "boolean": BOOLEAN, "character": CHARACTER, "text": TEXT,
    "nothing": NOTHING, "unknown": UNKNOWN,
    "integer": INTEGER, "unsigned": Integer(None, signed=False),
    **{f"integer{bits}": Integer(bits) for bits in (8, 16, 32, 64, 128)},
    **{f"unsigned{bits}": Integer(bits, signed=False) for bits in (8, 16, 32, 64, 128)},
}  # fmt: skip
_NAMES = {kind: name for name, kind in _SIMPLE.items()}
_COMPOUND: dict[str, type] = {
    "list": ListOf, "set": SetOf, "map": MapOf, "optional": OptionalOf, "reference": ReferenceTo,
}  # fmt: skip


def to_json(of: Type) -> Any:
    """A type as plain data: a name such as ``integer32``, or ``["list", "integer32"]``."""
    if of in _NAMES:
        return _NAMES[of]
    name = next((n for n, kind in _COMPOUND.items() if isinstance(of, kind)), "tuple")
    return [name, *map(to_json, parts(of))]


def from_json(data: Any) -> Type:
    """The type that `to_json` wrote.

    Raises:
        ValueError: ``data`` is something else.
    """
    if isinstance(data, str) and data in _SIMPLE:
        return _SIMPLE[data]
    if isinstance(data, list) and data:
        elements = tuple(map(from_json, data[1:]))
        if data[0] == "tuple":
            return TupleOf(elements)
        if data[0] in _COMPOUND and len(elements) == (2 if data[0] == "map" else 1):
            made: Type = _COMPOUND[data[0]](*elements)
            return made
    raise ValueError(f"this is not a type's JSON: {data!r}")
