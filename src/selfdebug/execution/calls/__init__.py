"""Calls of functions in every language: signatures, typed values, and tests derived from a source program."""

from .signatures import declare, read_signature
from .types import Parameter, Signature

__all__ = ["Parameter", "Signature", "declare", "read_signature"]
