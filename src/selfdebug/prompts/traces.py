"""Recorded traces as text: a line for each line that ran, in the form that a model is asked for."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from selfdebug.outcome import TraceStep
from selfdebug.problem import Program
from selfdebug.prompts.filters import VALUE_CHARACTERS, shown

_LINES = 40


def as_trace(steps: Sequence[TraceStep], program: Program) -> str:
    """A recorded trace: a line for each line that ran, in the form that a model is asked for.

    Beside the line stands what it set, whether its condition was true, or what it returned. That is known only when its
    function goes on, so each call has its line that waits for it.
    """
    trace = _Trace(program)
    for step in steps:
        if len(trace.written) >= _LINES:
            trace.written.append("… and so on")
            break
        trace.take(step)
    return "\n".join(trace.written)


class _Call:
    """One call of a function that is being traced."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.line: int | None = None  # in the program
        self.place: int | None = None  # in what is written


class _Trace:
    def __init__(self, program: Program) -> None:
        self.written: list[str] = []
        self._source = program.code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._branches = _branches(program.code)
        self._calls: list[_Call] = []

    def take(self, step: TraceStep) -> None:
        if step.event == "call" or not self._calls:
            self._calls.append(_Call())
        call = self._calls[-1]
        values = {name: shown(value, VALUE_CHARACTERS) for name, value in step.changed.items()}
        match step.event:
            case "call":
                call.values |= values
                self.written.append(f"call {step.function}({_listed(values)})")
            case "line":
                self._settle(call, values, step.line)
                text = self._source[step.line - 1].strip() if step.line <= len(self._source) else ""
                self.written.append(f"line {step.line}: {text}")
                call.line, call.place = step.line, len(self.written) - 1
            case "exception":
                self.written.append(f"line {step.line} raises {', '.join(values.values())}")
                call.place = None
            case "return":
                returned = values.pop("return", None)
                self._settle(call, values, None)
                if call.place is not None and returned is not None:
                    self.written[call.place] += f" -> returns {returned}"
                self._calls.pop()

    def _settle(self, call: _Call, values: dict[str, str], next_line: int | None) -> None:
        """Write beside the line that waits what became of it."""
        call.values |= values
        if call.place is None:
            return
        notes = []
        branch = self._branches.get(call.line or 0)
        if branch is not None and next_line is not None and branch.body != call.line:
            goes_in = next_line == branch.body
            if branch.names is None:
                notes.append("True" if goes_in else "False")
            elif goes_in:  # also where a loop's variable gets the value that it had
                values = {name: call.values[name] for name in branch.names if name in call.values} | values
            else:
                notes.append("no more items")
        if values:
            notes.append(_listed(values))
        if notes:
            self.written[call.place] += f" -> {'; '.join(notes)}"
        call.place = None if next_line is not None else call.place


def _listed(values: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


@dataclass(frozen=True, slots=True)
class _Branch:
    """A line that decides what runs next: the first line of its body, and a loop's variables; None for a condition."""

    body: int
    names: tuple[str, ...] | None


def _branches(code: str) -> dict[int, _Branch]:
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found = {}
    for node in nodes:
        if isinstance(node, ast.If | ast.While):
            found[node.lineno] = _Branch(node.body[0].lineno, None)
        elif isinstance(node, ast.For):
            names = tuple(n.id for n in ast.walk(node.target) if isinstance(n, ast.Name))
            found[node.lineno] = _Branch(node.body[0].lineno, names)
    return found
