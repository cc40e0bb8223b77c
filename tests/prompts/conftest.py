"""One sandbox for these tests: compilers are slow, and what differs between isolations is tested elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from selfdebug.execution import IsolationUnavailableError, Sandbox
from tests.needs import skip_or_fail


@pytest.fixture(scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox of the isolation that is chosen here."""
    try:
        async with Sandbox(workers=2) as opened:
            yield opened
    except IsolationUnavailableError as error:
        skip_or_fail(str(error))
