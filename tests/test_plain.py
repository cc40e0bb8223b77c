"""Plain data and its JSON: pydantic writes it, and is loaded only for that."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from selfdebug.plain import JsonForm, Plain, ToldApartBy


@pytest.mark.parametrize("module", ["unit_tests", "plain", "values", "signature", "outcome", "feedback", "messages"])
def test_the_ground_floor_loads_neither_pydantic_nor_what_stands_above_it(module: str) -> None:
    code = f"import sys, selfdebug.{module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    unwanted = ("pydantic", "selfdebug.execution", "selfdebug.languages", "tree_sitter")
    assert f"selfdebug.{module}" in loaded
    assert not [name for name in loaded if name.startswith(unwanted)]


@dataclass(frozen=True)
class Circle:
    radius: Annotated[str, JsonForm(str.upper)]
    kind: Literal["circle"] = "circle"


@dataclass(frozen=True)
class Square:
    side: Annotated[complex, JsonForm(str, complex)]
    kind: Literal["square"] = "square"


def test_a_form_of_its_own_is_written_and_read() -> None:
    shapes: TypeAdapter[Circle | Square] = TypeAdapter(Annotated[Circle | Square, ToldApartBy("kind")])
    assert shapes.dump_json(Circle("one")) == b'{"radius":"ONE","kind":"circle"}'
    assert shapes.validate_json(b'{"radius":"ONE","kind":"circle"}') == Circle("ONE")
    assert shapes.validate_json(shapes.dump_json(Square(2j))) == Square(2j)


def test_what_no_form_reads_is_refused() -> None:
    shapes: TypeAdapter[Circle | Square] = TypeAdapter(Annotated[Circle | Square, ToldApartBy("kind")])
    for text in ('{"radius":3,"kind":"circle"}', '{"side":"x","kind":"square"}', '{"radius":"1","kind":"oval"}'):
        with pytest.raises(ValidationError):
            shapes.validate_json(text)


def test_any_plain_value_comes_back_equal() -> None:
    values: TypeAdapter[object] = TypeAdapter(Plain)
    value = [(1, 2.5), {3}, {"a": b"\xff"}, None, float("-inf")]
    assert values.validate_json(values.dump_json(value)) == value
