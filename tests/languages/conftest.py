"""The command in a home of its own, as for its own tests."""

from tests.cli.conftest import home, run, weights

__all__ = ["home", "run", "weights"]
