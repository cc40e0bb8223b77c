"""Recorded traces in basic blocks, each with the values before and after it (Zhong et al., arXiv 2402.16906).

A basic block is what runs without a branch or a jump. Here the line of a loop stands in one block with what runs after
it, so that a turn of a loop whose body has no branches is one block.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from selfdebug.outcome import TraceStep
from selfdebug.problem import Program
from selfdebug.prompts.filters import VALUE_CHARACTERS, shown

_BLOCKS = 10
"""Of a longer trace the first and the last ones are kept, half of each, as in the paper."""
_LINES = 20
_LINE_CHARACTERS = 120


def as_blocks(steps: Sequence[TraceStep], program: Program) -> str:
    """A recorded trace in basic blocks, from ``[BLOCK-1]``; empty if no line of a function ran."""
    run = _Run(program.code)
    for step in steps:
        run.take(step)
    blocks = [block for block in run.blocks if block.lines]
    left_out = max(0, len(blocks) - _BLOCKS)
    if left_out:
        blocks = blocks[: _BLOCKS // 2] + blocks[-_BLOCKS // 2 :]
    written = [f"[BLOCK-{number}]\n{block.written()}" for number, block in enumerate(blocks, 1)]
    if left_out:
        note = f"(Here {left_out} {'block' if left_out == 1 else 'blocks'} that ran {'is' if left_out == 1 else 'are'}"
        written.insert(_BLOCKS // 2, f"{note} left out.)")
    if written and run.is_cut:
        written.append("(The run goes on; no more of it was recorded.)")
    return "\n".join(written)


def count_blocks(trace: str) -> int:
    """How many blocks a trace has that `as_blocks` wrote."""
    return len(re.findall(r"^\[BLOCK-\d+\]$", trace, re.MULTILINE))


@dataclass(slots=True)
class _Statement:
    """A statement, or the line of a compound one.

    Attributes:
        line: its first line.
        text: its source, on one line.
        names: variables that it reads or changes itself.
        straight: line of the statement that runs after it if nothing branches or jumps.
        is_loop: whether it is the line of a loop.
        body: first line of what it leads to, if it is the line of a loop or of a condition.
        has_condition: whether what it leads to depends on a condition.
    """

    line: int
    text: str
    names: set[str]
    straight: int | None
    is_loop: bool = False
    body: int | None = None
    has_condition: bool = False

    def decided(self, next_line: int | None) -> str:
        """What its condition or its loop decided, by the line that ran next; nothing if that does not tell."""
        if self.body is None or self.body == self.line:
            return ""
        if self.has_condition:
            return " -> True" if next_line == self.body else " -> False"
        return "" if next_line == self.body else " -> no more items"


@dataclass(slots=True)
class _Block:
    """A block that ran: its lines, the values before it, and what it changed. `call` is the call that it begins."""

    before: Mapping[str, str]
    call: str = ""
    lines: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    changed: dict[str, str] = field(default_factory=dict)

    def written(self) -> str:
        changed = {name: value for name, value in self.changed.items() if self.before.get(name) != value}
        known = {name: value for name, value in self.before.items() if name in self.names or name in changed}
        lines = self.lines
        if len(lines) > _LINES:
            lines = [*lines[: _LINES // 2], "…", *lines[-_LINES // 2 :]]
        if self.call:
            lines = [self.call, *lines]
        elif known:
            lines = [f"before: {_listed(known)}", *lines]
        return "\n".join([*lines, *([f"after: {_listed(changed)}"] if changed else [])])


class _Frame:
    """One call of a function. Of lambdas and comprehensions, which are part of a line, nothing is written."""

    def __init__(self, function: str, is_part_of_a_line: bool) -> None:
        self.function, self.is_part_of_a_line = function, is_part_of_a_line
        self.values: dict[str, str] = {}
        self.call = ""
        self.block: _Block | None = None
        self.statement: _Statement | None = None
        self.raises = False


class _Run:
    def __init__(self, code: str) -> None:
        self.blocks: list[_Block] = []
        self._statements = _statements(code)
        self._frames: list[_Frame] = []

    @property
    def is_cut(self) -> bool:
        """Whether calls have not come to their ends."""
        return bool(self._frames)

    def take(self, step: TraceStep) -> None:
        if step.event == "call" or not self._frames:
            self._frames.append(_Frame(step.function, step.function.startswith("<")))
        frame = self._frames[-1]
        values = {name: _one_line(value) for name, value in step.changed.items()}
        ended = values.pop(step.event, "") if step.event in ("return", "exception") else ""
        frame.values |= values
        if step.event == "call":
            frame.call = f"call {step.function}({_listed(values)})"
        elif frame.block:
            frame.block.changed |= values
        if step.event == "return":
            if frame.block and frame.statement and not frame.raises:
                frame.block.lines[-1] += f"{frame.statement.decided(None)} -> returns {ended}"
            self._frames.pop()
        elif not frame.is_part_of_a_line:
            if step.event == "line":
                self._run_line(frame, step.line)
            elif step.event == "exception":
                frame.raises = True
                self._block_of(frame).lines.append(f"line {step.line} raises {ended}")

    def _run_line(self, frame: _Frame, line: int) -> None:
        statement, last = self._statements.get(line), frame.statement
        frame.raises = False
        if statement is None or statement is last:  # another line of a statement that runs
            return
        if last and frame.block:
            frame.block.lines[-1] += last.decided(statement.line)
        is_straight = last is not None and (last.is_loop or last.straight == statement.line)
        is_entered = last is not None and last.is_loop and last.body == statement.line
        if not is_straight or (statement.is_loop and not is_entered):
            frame.block = None
        block = self._block_of(frame)
        block.lines.append(f"line {statement.line}: {statement.text}")
        block.names |= statement.names
        frame.statement = statement

    def _block_of(self, frame: _Frame) -> _Block:
        if frame.block is None:
            frame.block = _Block(dict(frame.values), frame.call)
            frame.call = ""
            self.blocks.append(frame.block)
        return frame.block


def _one_line(value: str) -> str:
    return shown(" ".join(value.splitlines()), VALUE_CHARACTERS)


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


# -- statements of a program ---------------------------------------------------------------------------------------

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Part = ast.stmt | ast.ExceptHandler | ast.match_case


def _statements(code: str) -> dict[int, _Statement]:
    """The statement of each line on which one stands."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    source = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: dict[int, _Statement] = {}
    bodies: list[tuple[Sequence[_Part], int | None]] = [(tree.body, None)]
    while bodies:
        body, after = bodies.pop()
        for place, node in enumerate(body):
            following = _line_of(body[place + 1]) if place + 1 < len(body) else after
            inner = list(_bodies(node))
            statement = _statement(node, following, source)
            if known := found.get(statement.line):  # several on one line
                known.names |= statement.names
                known.straight = statement.straight
            for line in range(statement.line, _end_of_head(node) + 1):
                found.setdefault(line, statement)
            is_passed_through = isinstance(node, ast.With | ast.AsyncWith)
            bodies += [(each, following if is_passed_through else None) for each in inner]
    return found


def _line_of(node: _Part) -> int:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    decorators = node.decorator_list if isinstance(node, _DEFINITIONS) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _bodies(node: _Part) -> Iterator[Sequence[_Part]]:
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        inner = getattr(node, name, [])
        if isinstance(inner, list) and inner:
            yield inner


def _end_of_head(node: _Part) -> int:
    """The last line of a statement, or of what stands before the body of a compound one."""
    first = next(_bodies(node), None)
    if first is not None:
        return max(_line_of(node), _line_of(first[0]) - 1)
    return getattr(node, "end_lineno", None) or _line_of(node)


def _statement(node: _Part, following: int | None, source: Sequence[str]) -> _Statement:
    line, first = _line_of(node), next(_bodies(node), None)
    text = " ".join(part.strip() for part in source[line - 1 : _end_of_head(node)])
    statement = _Statement(line, shown(text, _LINE_CHARACTERS), _names(node), following)
    if first is not None and not isinstance(node, _DEFINITIONS):
        inner = _line_of(first[0])
        statement.is_loop = isinstance(node, _LOOPS)
        if isinstance(node, (*_LOOPS, ast.If)):
            statement.straight, statement.body = None, inner
            statement.has_condition = isinstance(node, ast.If | ast.While)
        else:
            statement.straight = None if isinstance(node, ast.Match | ast.match_case) else inner
    return statement


def _names(node: _Part) -> set[str]:
    """Names in a statement, without those in the bodies of a compound one."""
    heads: list[ast.AST] = [node]
    if next(_bodies(node), None) is not None:
        bodies = {id(part) for body in _bodies(node) for part in body}
        heads = [child for child in ast.iter_child_nodes(node) if id(child) not in bodies]
    if isinstance(node, _DEFINITIONS):  # it sets its name; what stands in it runs later
        return {node.name}
    names = {n.id for head in heads for n in ast.walk(head) if isinstance(n, ast.Name)}
    return names | ({node.name} if isinstance(node, ast.ExceptHandler) and node.name else set())
