"""Answers on standard output: as they are where a program reads them, escaped where a person does."""

from __future__ import annotations

import sys
from typing import TextIO

from selfdebug.safe_text import escaped


def put(text: str, stream: TextIO | None = None) -> None:
    """Write an answer as it is where another program reads it; with escapes where a person does."""
    stream = stream or sys.stdout
    shown = escaped(text) if stream.isatty() else text
    stream.write(shown if shown.endswith("\n") else f"{shown}\n")
    stream.flush()
