"""Values of any plain type in JSON: how pydantic writes and reads them within our frozen data."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from selfdebug.execution.inside import values


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
