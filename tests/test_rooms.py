"""The rooms of the house: what may import what. CONTRIBUTING.md names them in the same order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import selfdebug

HOUSE = Path(selfdebug.__file__).parent

ROOMS = [
    # Plain data: what everything else is about.
    {"registry", "safe_text", "prices", "values", "messages", "signature", "outcome", "query_outcome"},
    {"plain", "reply_fields"},
    {"unit_tests"},
    {"feedback", "styles"},
    {"languages"},
    {"problem"},
    {"trajectory"},
    {"events"},
    # What does the work.
    {"execution"},
    {"storage", "downloads"},
    {"models"},
    {"prompts"},
    {"applications"},
    {"selection", "policies"},
    {"settings"},
    {"session"},
    {"debugger"},
    {"benchmarks"},
    {"api"},
    # What is built on the loop.
    {"runs"},
    {"reports"},
    {"demo"},
    {"web"},
    {"cli"},
]
"""From the ground up. A room imports itself and those below it."""

HEIGHTS = {room: height for height, rooms in enumerate(ROOMS) for room in rooms}


def imported(path: Path) -> Iterator[str]:
    """Modules of the house that a file imports, also within functions; those for type checkers are not run."""
    tree = ast.parse(path.read_text())
    unseen = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in unseen:
            if node.module == "selfdebug":
                yield from (f"selfdebug.{alias.name}" for alias in node.names if alias.name in HEIGHTS)
            elif node.module.startswith("selfdebug."):
                yield node.module


def room_of(path: Path) -> str:
    place = path.relative_to(HOUSE).parts[0]
    return place.removesuffix(".py")


FILES = sorted(path for path in HOUSE.rglob("*.py") if path.parent != HOUSE or path.stem != "__init__")


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(HOUSE)) for path in FILES])
def test_a_file_imports_its_own_room_and_lower_ones(path: Path) -> None:
    own = room_of(path)
    upward = [
        module
        for module in imported(path)
        if module.split(".")[1] != own and HEIGHTS[module.split(".")[1]] >= HEIGHTS[own]
    ]
    assert not upward
