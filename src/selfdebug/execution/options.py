"""How a program is to be run, beside its tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from selfdebug.execution.limits import Limits
from selfdebug.signature import Signature


@dataclass(frozen=True, slots=True)
class TraceOptions:
    """A trace to record of a Python program.

    Attributes:
        steps: how many at most.
        characters: how many of a value are kept.
        test: index of the test to trace: an assertion or a call; others are run without.
    """

    steps: int
    characters: int
    test: int = 0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run a program.

    Attributes:
        limits: how much the program may use, with all its tests.
        setup: Python test code that runs once, after the program is loaded and before the tests.
        prelude: Python that runs in the program's process before it, such as a benchmark's imports; its lines do not
            count as the program's.
        stdin: standard input of a run without tests.
        signature: types of what calls pass and compare, such as the signature of a translation's source. Without one,
            the program's own holds; in Python values are then compared as they are. With one and no test, a program
            that needs a compiler is compiled, and not run.
        trace: what to record, if anything.
        in_program: run Python tests in the program's own process; their verdict is then not protected.
    """

    limits: Limits = field(default_factory=Limits)
    setup: str = ""
    prelude: str = ""
    stdin: str = ""
    signature: Signature | None = None
    trace: TraceOptions | None = None
    in_program: bool = False
