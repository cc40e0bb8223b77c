"""What the tests of the loop share: a sandbox, a small database, the applications."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from selfdebug.applications.base import Application
from selfdebug.applications.text_to_python.application import TextToPython
from selfdebug.applications.text_to_sql.application import TextToSql
from selfdebug.applications.translation.application import Translation
from selfdebug.execution import IsolationUnavailableError, Sandbox
from tests.loop.scenarios import make_shop
from tests.needs import skip_or_fail


@dataclass(frozen=True)
class Workshop:
    """Applications that are open, and the path of the shop's database."""

    applications: dict[str, Application[Any]]
    shop: str


@pytest.fixture(scope="session")
async def workshop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Workshop]:
    shop = make_shop(tmp_path_factory.mktemp("shop"))
    try:
        async with Sandbox(workers=2) as sandbox, TextToSql() as text_to_sql:
            applications: dict[str, Any] = {
                "text-to-python": TextToPython(sandbox),
                "translation": Translation(sandbox),
                "text-to-sql": text_to_sql,
            }
            yield Workshop(applications, shop)
    except IsolationUnavailableError as error:
        skip_or_fail(str(error))
