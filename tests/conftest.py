"""What all tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from selfdebug.execution import Sandbox, ToolchainMissingError, isolation
from tests.needs import skip_or_fail

pytest_plugins = ["tests.database_fixtures"]

# Hundreds of tests start a process of their own, which would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Twice as many as processors, within reason: half of the time a test waits for a process or a limit of its own."""
    return min(2 * (os.cpu_count() or 1), 8)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    """Skip what needs a compiler that is not here."""
    return (yield from _skipping())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """The same for a test itself."""
    return (yield from _skipping())


def _skipping() -> Generator[None, object, object]:
    try:
        return (yield)
    except ToolchainMissingError as error:
        skip_or_fail(str(error))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder with the public data sets."""
    folder = os.environ.get("SELFDEBUG_DATA")
    if not folder or not Path(folder).is_dir():
        skip_or_fail("the public data sets are not here: set SELFDEBUG_DATA to their folder")
    return Path(folder)


@pytest.fixture(scope="session", params=["bubblewrap", "landlock"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """A sandbox of each isolation that works here."""
    mechanism = getattr(isolation, request.param)()
    if not mechanism.works:
        skip_or_fail(f"{request.param} does not work here: {mechanism.detail}")
    async with Sandbox(workers=2, isolation=request.param) as opened:
        yield opened
