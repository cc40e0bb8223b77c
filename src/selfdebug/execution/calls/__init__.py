"""Calls of functions in every language: typed values, and tests derived from a source program."""

from selfdebug.execution.calls.deriving import DerivedTests, derive_tests
from selfdebug.languages.signatures import declare, read_signature
from selfdebug.signature import Parameter, Signature

__all__ = ["DerivedTests", "Parameter", "Signature", "declare", "derive_tests", "read_signature"]
