"""The recorded trace: which lines a program ran and which variables each changed, bounded in steps and bytes."""

from __future__ import annotations

import reprlib
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


class Recorder:
    """Records line events of one file's frames while the block runs.

    A step is ``[line, function, event, changed]``: ``event`` is ``line``, ``call``, ``return`` or ``exception``;
    ``changed`` maps the names of variables that are new or have another value since the step before in that frame to
    their shortened ``repr`` (``return`` maps ``return`` to the value). The line of a step is the one about to run; what
    is changed was changed by the lines before it.

    Args:
        file_name: file name in the code objects to record.
        report: called once, with the steps; as soon as they are full, so that an endless loop is reported too.
        steps: how many to record.
        characters: how many of a value to keep.
    """

    def __init__(self, file_name: str, report: Callable[[list[Any]], None], steps: int, characters: int) -> None:
        self._file_name, self._report = file_name, report
        self._steps_left, self._width = steps, characters
        self._steps: list[Any] = []
        self._seen: dict[FrameType, dict[str, str]] = {}
        self._short = reprlib.Repr()
        self._short.maxstring = self._short.maxother = self._short.maxlong = self._width
        self._short.maxlist = self._short.maxtuple = self._short.maxset = self._short.maxdict = max(4, self._width // 3)

    def __enter__(self) -> Recorder:
        sys.settrace(self._enter)
        return self

    def __exit__(self, *ignored: object) -> None:
        sys.settrace(None)
        self._finish()

    def _finish(self) -> None:
        if self._steps_left >= 0:
            self._steps_left = -1
            self._report(self._steps)

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename != self._file_name:
            return None
        return self._record(frame, event, argument)

    def _record(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self._steps_left <= 0:
            sys.settrace(None)
            self._finish()
            return None
        seen = self._seen.setdefault(frame, {})
        changed: dict[str, str] = {}
        for name, value in list(frame.f_locals.items()):
            if name.startswith("__") or (frame.f_code.co_name == "<module>" and callable(value)):
                continue
            text = self._shorten(value)
            if seen.get(name) != text:
                seen[name] = changed[name] = text
        if event == "return":
            changed["return"] = self._shorten(argument)
            self._seen.pop(frame, None)
        elif event == "exception":
            changed["exception"] = f"{argument[0].__name__}: {self._shorten(argument[1], str)}"
        self._steps.append([frame.f_lineno, frame.f_code.co_name, event, changed])
        self._steps_left -= 1
        return self._record

    def _shorten(self, value: Any, show: Callable[[Any], str] | None = None) -> str:
        try:
            text = (show or self._short.repr)(value)
        except BaseException as error:  # noqa: BLE001  (a program's __repr__ and __str__ may do anything)
            of = "str" if show else f"{type(value).__name__}: repr"
            text = f"<{of} raised {type(error).__name__}>"
        return text if len(text) <= self._width else text[: self._width - 1] + "…"
