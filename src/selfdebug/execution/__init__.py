"""Run what a model wrote: programs in a sandbox, queries on a read-only database."""

from .errors import ExecutionError, IsolationUnavailableError, SignatureError, ToolchainMissingError
from .limits import Limits
from .sandbox import Sandbox
from .testing import Assertion, Call, Driver, InputOutput, UnitTest

__all__ = [
    "Assertion",
    "Call",
    "Driver",
    "ExecutionError",
    "InputOutput",
    "IsolationUnavailableError",
    "Limits",
    "Sandbox",
    "SignatureError",
    "ToolchainMissingError",
    "UnitTest",
]
