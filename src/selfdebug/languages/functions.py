"""A function as its language writes it: what a driver needs to know to call it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selfdebug import signature as types

_LONGEST_FIXED = 32  # rows of an array


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
    type: types.Type
    native: str = ""
    passing: str = ""
    output: types.Type | None = None
    likely: tuple[types.Type, ...] = ()
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
    def signature(self) -> types.Signature:
        """Its signature in no particular language. What a function changes beside returning a value is not in it."""
        changes = self.is_procedure
        parameters = tuple(types.Parameter(s.name, (changes and s.output) or s.type) for s in self.slots)
        return types.Signature(self.name, parameters, self.returns.type, self.changeable if changes else None)

    @property
    def changeable(self) -> tuple[int, ...]:
        """Indices of the parameters that it can change such that the caller sees it."""
        return tuple(i for i, slot in enumerate(self.slots) if slot.output is not None)

    @property
    def is_procedure(self) -> bool:
        """Whether it returns nothing."""
        return isinstance(self.returns.type, types.Nothing)

    def sizes(self, source: str) -> dict[int, tuple[int | None, ...]]:
        """How long its fixed arrays are, by index, the outermost dimension first; `None` where that is open.

        Columns are fixed however many they are, rows where they are few.

        Args:
            source: the program, which may define names for sizes.
        """
        known = {i: [_number(size, source) for size in slot.sizes] for i, slot in enumerate(self.slots) if slot.sizes}
        for sizes in known.values():
            if sizes[0] is not None and sizes[0] > _LONGEST_FIXED:
                sizes[0] = None
        return {i: tuple(sizes) for i, sizes in known.items() if any(size is not None for size in sizes)}


def _number(size: str, source: str) -> int | None:
    """What a size is, where it is a literal, or a name that the source defines as one."""
    if size.isdigit():
        return int(size)
    name = re.escape(size)
    defined = re.search(rf"(?:#define\s+{name}|\b{name}\s*(?::\s*\w+\s*)?=)\s*(\d+)", source) if size else None
    return int(defined[1]) if defined else None


def in_place(of: types.Type) -> types.Type | None:
    """The type as an output where lists, sets and maps are the caller's own, and nothing else is."""
    return of if isinstance(of, (types.ListOf, types.SetOf, types.MapOf, types.Unknown)) else None


def referred(of: types.Type) -> types.Type:
    """The type of a variable that a reference lets a function change: a text is a list of characters elsewhere."""
    return types.ListOf(types.CHARACTER) if of == types.TEXT else in_place(of) or types.ReferenceTo(of)
