"""Values of any plain type in JSON: how pydantic writes and reads them within our frozen data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from selfdebug.execution.inside import values


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


def _write(value: Any) -> Any:
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
    return values.decode(data) if isinstance(data, list | dict) else data


Plain = Annotated[Any, PlainSerializer(_write), PlainValidator(_read)]
"""Any value of `inside.values`: numbers, text, tuples, sets, dictionaries, dates, …; it comes back equal."""
