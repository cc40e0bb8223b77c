"""Registries: what there is of a kind, by the names that users write. Each extension point is one of them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """A mapping from names to things of one kind, in the order in which they were added.

    A thing may be given as ``module:attribute``: then it is imported when somebody asks for it, so that a list of names
    costs nothing and a low room can name what an upper one, or another package, brings.
    """

    def __init__(self, noun: str, things: Mapping[str, T | str]) -> None:
        """Make a registry.

        Args:
            noun: what the things are called in messages, such as ``language``.
            things: by name; a string is a place, ``module:attribute``.
        """
        self.noun = noun
        self._things: dict[str, T | str] = dict(things)

    def __getitem__(self, name: str) -> T:
        """The thing of a name; capitals and outer spaces do not count.

        Raises:
            UnknownNameError: there is none; the message lists those that there are.
        """
        key = self.check(name)
        thing = self._things[key]
        if isinstance(thing, str):
            module, _, attribute = thing.partition(":")
            thing = self._things[key] = getattr(importlib.import_module(module), attribute)
        return thing

    def check(self, name: str) -> str:
        """A name as it stands here; nothing is imported.

        Raises:
            UnknownNameError: there is none; the message lists those that there are.
        """
        key = name.strip().lower()
        if key not in self._things:
            raise UnknownNameError(f"unknown {self.noun} {name!r}: choose from {', '.join(self._things)}")
        return key

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.strip().lower() in self._things

    def add(self, name: str, thing: T | str) -> None:
        """Add a thing, or replace the one of that name.

        Args:
            name: as users write it; capitals do not count.
            thing: the thing, or its place, ``module:attribute``.
        """
        self._things[name.strip().lower()] = thing

    def remove(self, name: str) -> None:
        """Take a thing out again, as tests do."""
        del self._things[name]


class UnknownNameError(ValueError, KeyError):
    """A registry has nothing of that name; the message lists what it has."""

    def __str__(self) -> str:
        return str(self.args[0])
