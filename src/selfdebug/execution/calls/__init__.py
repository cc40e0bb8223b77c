"""Calls of functions in every language: signatures, typed values, and tests derived from a source program."""

from .deriving import DerivedTests, derive_tests
from .signatures import declare, read_signature
from .types import Parameter, Signature

__all__ = ["DerivedTests", "Parameter", "Signature", "declare", "derive_tests", "read_signature"]
