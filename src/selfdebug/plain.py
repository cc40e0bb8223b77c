"""How pydantic writes our frozen data: markers for `Annotated`, which load nothing until pydantic asks them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True)
class JsonForm:
    """Marks a type that has a form of its own in JSON: ``Annotated[Signature, JsonForm(write, read)]``.

    Attributes:
        write: makes what JSON can hold of a value.
        read: makes the value of that, or takes a value as it is; raises ``ValueError`` for what is neither. Without
            it, the type is read as if it were not marked.
    """

    write: Callable[[Any], Any]
    read: Callable[[Any], Any] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """What pydantic asks a marker for."""
        from pydantic_core import core_schema

        read = self.read
        schema = handler(source) if read is None else core_schema.no_info_plain_validator_function(read)
        return {**schema, "serialization": core_schema.plain_serializer_function_ser_schema(self.write)}


@dataclass(frozen=True)
class ToldApartBy:
    """Marks a union of dataclasses that one field tells apart: ``Annotated[A | B, ToldApartBy("kind")]``.

    Attributes:
        field: its name; each class gives it another ``Literal``.
    """

    field: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """What pydantic asks a marker for."""
        from pydantic import Discriminator

        return Discriminator(self.field).__get_pydantic_core_schema__(source, handler)  # type: ignore[arg-type]


def _write(value: Any) -> Any:
    from selfdebug import values

    # What has no form of its own (a database's uuid or interval, say) is kept as its text.
    return _finite(values.encode(value, reference=str))


def _finite(data: Any) -> Any:
    """JSON has no NaN and no infinity: they become ``{"float": "nan"}``."""
    match data:
        case float() if not math.isfinite(data):
            return {"float": repr(data)}
        case list():
            return [_finite(item) for item in data]
        case dict():
            return {key: _finite(item) for key, item in data.items()}
    return data


def _read(data: Any) -> Any:
    from selfdebug import values

    return values.decode(data) if isinstance(data, list | dict) else data


Plain = Annotated[Any, JsonForm(_write, _read)]
"""Any value of `selfdebug.values`: numbers, text, tuples, sets, dictionaries, dates, …; it comes back equal."""
