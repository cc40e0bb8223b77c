"""The applications that are open for the tests of the loop."""

from tests.loop.conftest import workshop

__all__ = ["workshop"]
