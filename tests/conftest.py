"""What all tests share."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skip for want of something that this machine lacks; fail where SELFDEBUG_REQUIRE_ALL=1 demands it.

    Args:
        reason: What is missing, and what to install or set.
    """
    if os.environ.get("SELFDEBUG_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (SELFDEBUG_REQUIRE_ALL=1 forbids skipping)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session", name="skip_or_fail")
def skip_or_fail_fixture():
    """`skip_or_fail` for fixtures and tests that cannot import this file."""
    return skip_or_fail
