"""What a program's process replies, which is trusted in nothing: it may have been taken over by the program.

A reply is a JSON list whose first member is a word. What does not fit is taken as the end of the conversation or as an
error of the program's, never as a verdict in its favour.
"""

from __future__ import annotations

import hashlib
from typing import Any

from . import values
from .protocol import ErrorReport, StepReport, TestReport, TestStatus, Trace

_WORDS = ("value", "loaded", "object", "done", "passed", "failed", "raised", "trace")

UNREACHED = TestReport("killed", ErrorReport("Killed", "left the test before its assertions were reached"))


class ProgramReply:
    """One reply.

    Attributes:
        word: what kind it is, one of a few.
    """

    __slots__ = ("_rest", "word")

    def __init__(self, word: str, rest: list[Any]) -> None:
        self.word, self._rest = word, rest

    @classmethod
    def read(cls, data: bytes) -> ProgramReply | None:
        """The reply in a frame; ``None`` if there is none in it."""
        try:
            reply = values.loads(data)
        except (ValueError, RecursionError, MemoryError):
            return None
        if type(reply) is not list or not reply or reply[0] not in _WORDS:
            return None
        return cls(reply[0], reply[1:])

    def _member(self, index: int) -> Any:
        return self._rest[index] if index < len(self._rest) else None

    def value(self) -> Any:
        """The plain value that was sent.

        Raises:
            values.UnreadableError: none was.
        """
        if not self._rest:
            raise values.UnreadableError("nothing was sent")
        return values.decode(self._rest[0])

    def error(self) -> ErrorReport:
        """The exception that was raised."""
        kind, message, line = map(self._member, range(3))
        known = type(line) is int and 0 < line < 1 << 31
        return ErrorReport(values.text(kind, 200), values.text(message), line if known else None)

    def given(self) -> TestReport:
        """What a call returned and changed, as it came: the host reads it."""
        if self.word == "raised":
            return raised(self.error())
        value, changed = self._rest[:1], self._member(1)
        return TestReport("passed", value=value, changed=changed if type(changed) is list else [])

    def seen(self) -> list[Any]:
        """What the assertions saw that ran in the program's process."""
        seen = self._member(1) if len(self._rest) == 2 else None
        return seen if type(seen) is list else []

    def verdict(self, reached: int) -> TestReport:
        """How a test ended that ran in the program's process, of whose assertions so many must have been reached."""
        if self.word == "raised":
            return raised(self.error())
        if self.word == "failed":
            actual, expected, assertion = (values.text(self._rest[i] if i < len(self._rest) else "") for i in range(3))
            return TestReport("failed", None, actual, expected, assertion, digest(self._rest[3:4]))
        count = self._member(0)
        if self.word != "passed" or type(count) is not int or count < reached:
            return UNREACHED
        return TestReport("passed", digest=digest(self._member(1)))

    def steps(self, trace: Trace) -> tuple[StepReport, ...]:
        """Steps of a trace, as far as they are any."""
        reports = []
        steps = self._member(0)
        for step in steps[: trace.steps] if type(steps) is list else ():
            try:
                line, function, event, changed = step
                shown = {values.text(k, 200): values.text(v, trace.characters) for k, v in changed.items()}
                if type(line) is int and 0 <= line < 1 << 31:
                    reports.append(StepReport(line, values.text(function, 200), values.text(event, 20), shown))
            except (TypeError, ValueError, AttributeError):
                continue
        return tuple(reports)


def raised(error: ErrorReport, *, by_program: bool = True) -> TestReport:
    """How a test ended in which something was raised; what a program raised counts in a vote."""
    status: TestStatus = "out of memory" if error.type == "MemoryError" else "raised"
    return TestReport(status, error, digest=digest([error.type] if by_program else []))


def digest(seen: Any) -> str:
    """Short hash of the values that a test saw."""
    return hashlib.sha256(values.dumps(seen)).hexdigest()[:16]
