"""The command in a home of its own, as for its own tests, and the applications that are open for those of the loop."""

from tests.cli.conftest import home, run, weights
from tests.loop.conftest import workshop

__all__ = ["home", "run", "weights", "workshop"]
