"""What tests need and a machine may lack."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skip a test that this machine cannot run; fail it where everything was promised to be there.

    Args:
        reason: what is missing and how to get it.
    """
    if os.environ.get("SELFDEBUG_REQUIRE_ALL") == "1":
        pytest.fail(f"must not be missing here: {reason}", pytrace=False)
    pytest.skip(reason)
