"""Traces as steps with the variables that each step sees: recorded ones, and those that a model wrote in the same form.

A turn keeps its trace as the text that `selfdebug.prompts.traces` makes; here it is read back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from selfdebug.problem import Program

_STEPS = 400
_CALL = re.compile(r"call ([\w<>.]+)\((.*)\)\s*")
_LINE = re.compile(r"line (\d{1,6})(: | raises )(.*)")
_VARIABLE = re.compile(r"(?:^|, )([A-Za-z_]\w*) = ")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable with its value as text, and whether this step set it."""

    name: str
    value: str
    new: bool


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A step of a trace as a row of its table.

    Attributes:
        line: line in the program, from 1; ``None`` for the call of a function.
        code: what stands there, or the call.
        happened: what it did: a value that was set, a condition's truth, what was returned or raised.
        variables: all that the function has set by then.
        depth: how many calls it is inside of.
    """

    line: int | None
    code: str
    happened: str
    variables: tuple[Variable, ...]
    depth: int


@dataclass(slots=True)
class _Frame:
    """A call of a function: its variables, and the code of the line with which it ends, once that was met."""

    values: dict[str, str] = field(default_factory=dict)
    last: str | None = None


def steps_of(trace: str, program: Program) -> tuple[TraceRow, ...]:
    """The steps of a trace; empty if the text is none."""
    source = program.code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(_steps(trace.split("\n")[:_STEPS], source))


def _steps(lines: Sequence[str], source: Sequence[str]) -> Iterator[TraceRow]:
    calls: list[_Frame] = []
    for text in lines:
        if call := _CALL.fullmatch(text.strip()):
            # A line says what it returns although what it calls for that comes after it.
            while calls and calls[-1].last is not None and f"{call[1].rpartition('.')[2]}(" not in calls[-1].last:
                calls.pop()
            calls.append(_Frame(_variables(call[2])))
            yield TraceRow(None, text.strip(), "", _seen(calls, calls[-1].values), len(calls))
        elif line := _LINE.match(text.strip()):
            while len(calls) > 1 and calls[-1].last is not None:
                calls.pop()
            number = int(line[1])
            known = source[number - 1].strip() if 0 < number <= len(source) else ""
            raises = line[2] == " raises "
            code, happened = (known, f"raises {line[3]}") if raises else _parts(line[3], known)
            new = _variables(happened.partition("; ")[2] or happened)
            if calls:
                calls[-1].values |= new
            yield TraceRow(number, code, happened, _seen(calls, new), len(calls))
            if happened.startswith("returns ") and calls:
                calls[-1].last = code


def _parts(text: str, code: str) -> tuple[str, str]:
    """A line's code and what happened there. An arrow may be part of the code, which is known."""
    if code and text.startswith(code):
        return code, text[len(code) :].removeprefix(" -> ")
    before, _, after = text.partition(" -> ")
    return before, after


def _variables(text: str) -> dict[str, str]:
    """Variables and values out of ``a = 1, b = [2, 3]``."""
    names = list(_VARIABLE.finditer(text))
    ends = [*(name.start() for name in names[1:]), len(text)]
    return {name[1]: text[name.end() : end] for name, end in zip(names, ends, strict=False)}


def _seen(calls: Sequence[_Frame], new: dict[str, str]) -> tuple[Variable, ...]:
    values = calls[-1].values if calls else new
    return tuple(Variable(name, value, name in new) for name, value in values.items())
