"""A function as its language writes it: what a driver needs to know to call it."""

from __future__ import annotations

from dataclasses import dataclass

from selfdebug.signature import (
    CHARACTER,
    TEXT,
    ListOf,
    MapOf,
    Nothing,
    Parameter,
    ReferenceTo,
    SetOf,
    Signature,
    Type,
    Unknown,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter, or what is returned, as its language writes it.

    Attributes:
        name: of the parameter; empty for what is returned.
        type: what it means.
        native: the language's own type, as its driver needs it.
        passing: how the driver passes it, in the language's own terms.
        output: its type where the caller sees that the function changes it; ``None`` where it cannot change.
        likely: types that the source suggests without saying them, such as by a default value; the best first.
        sizes: of an array whose declaration says them, the outermost first; an empty text where one is left open.
    """

    name: str
    type: Type
    native: str = ""
    passing: str = ""
    output: Type | None = None
    likely: tuple[Type, ...] = ()
    sizes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function that a source defines.

    Attributes:
        name: its name.
        slots: its parameters.
        returns: what it returns.
        calls: names of the functions that it calls.
        owner: the class that it is a method of, if it is one.
        is_static: whether it is called without an object.
        text: its head, up to the body, for messages.
        start: where it begins, in bytes.
    """

    name: str
    slots: tuple[Slot, ...]
    returns: Slot
    calls: frozenset[str] = frozenset()
    owner: str = ""
    is_static: bool = True
    text: str = ""
    start: int = 0

    @property
    def signature(self) -> Signature:
        """Its signature in no particular language. What a function changes beside returning a value is not in it."""
        if not self.is_procedure:
            return Signature(self.name, tuple(Parameter(s.name, s.type) for s in self.slots), self.returns.type)
        parameters = tuple(Parameter(s.name, s.type if s.output is None else s.output) for s in self.slots)
        return Signature(self.name, parameters, self.returns.type, self.changeable)

    @property
    def changeable(self) -> tuple[int, ...]:
        """Indices of the parameters that it can change such that the caller sees it."""
        return tuple(i for i, slot in enumerate(self.slots) if slot.output is not None)

    @property
    def is_procedure(self) -> bool:
        """Whether it returns nothing."""
        return isinstance(self.returns.type, Nothing)


def in_place(of: Type) -> Type | None:
    """The type as an output where lists, sets and maps are the caller's own, and nothing else is."""
    return of if isinstance(of, (ListOf, SetOf, MapOf, Unknown)) else None


def referred(of: Type) -> Type:
    """The type of a variable that a reference lets a function change: a text is a list of characters elsewhere."""
    return ListOf(CHARACTER) if of == TEXT else in_place(of) or ReferenceTo(of)
