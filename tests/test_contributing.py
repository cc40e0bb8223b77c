"""CONTRIBUTING.md tells the truth: its paths exist, its lines are registries, its rooms are all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import selfdebug
from tests.test_rooms import HEIGHTS

HOUSE = Path(selfdebug.__file__).parent
ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()


def table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its head."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def paths(text: str) -> list[str]:
    return re.findall(r"`([\w./]+)`", text)


ADDITIONS = table("Add something")


@pytest.mark.parametrize("row", ADDITIONS, ids=[row[0] for row in ADDITIONS])
def test_what_to_touch_is_there(row: list[str]) -> None:
    _, written, line, test = row
    for path in paths(written):
        assert (HOUSE / path).exists(), path
    assert (ROOT / paths(test)[0]).is_file()
    (place,) = paths(line)
    assert re.search(r"Registry|^_KINDS|: str = setting\(", (HOUSE / place).read_text(), re.MULTILINE), place


def test_each_registry_can_be_found_in_the_table() -> None:
    registries = {
        str(path.relative_to(HOUSE))
        for path in HOUSE.rglob("*.py")
        if re.search(r"^[A-Z_]+(: Registry\[.*\])? = Registry\(", path.read_text(), re.MULTILINE)
    }
    assert registries <= {paths(line)[0] for _, _, line, _ in ADDITIONS}


def test_every_room_is_named() -> None:
    named = {name.rstrip("/") for name in paths(TEXT.split("## Where things are")[1].split("## Add")[0])}
    small = {
        "registry",
        "safe_text",
        "values",
        "plain",
        "reply_fields",
        "styles",
        "events",
        "demo",
        "prices",
    }  # behind the "…"
    assert set(HEIGHTS) - small <= named


def test_every_docs_link_exists() -> None:
    for link in re.findall(r"\]\(([\w./]+)\)", TEXT):
        assert (ROOT / link).exists(), link
