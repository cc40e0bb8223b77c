"""Recorded traces in basic blocks."""

from __future__ import annotations

import pytest

from selfdebug.execution import Assertion, RunOptions, Sandbox, TraceOptions
from selfdebug.problem import Program
from selfdebug.prompts import as_blocks, count_blocks


async def blocks(sandbox: Sandbox, code: str, call: str, steps: int = 2000) -> str:
    """The blocks that a call runs."""
    program = Program(code, "python")
    options = RunOptions(trace=TraceOptions(steps, 80, 0))
    outcome = await sandbox.run(program, [Assertion(f"assert {call} == 'no such value'")], options)
    return as_blocks(outcome.trace or (), program)


async def test_a_loop_with_branches(sandbox: Sandbox) -> None:
    code = """\
def total(values):
    found = 0
    for value in values:
        if value > 2:
            found += value
        else:
            found -= 1
    found *= 2
    return found
"""
    assert (
        await blocks(sandbox, code, "total([1, 5])")
        == """\
[BLOCK-1]
call total(values = [1, 5])
line 2: found = 0
after: found = 0
[BLOCK-2]
before: values = [1, 5]
line 3: for value in values:
line 4: if value > 2: -> False
after: value = 1
[BLOCK-3]
before: found = 0
line 7: found -= 1
after: found = -1
[BLOCK-4]
before: values = [1, 5], value = 1
line 3: for value in values:
line 4: if value > 2: -> True
after: value = 5
[BLOCK-5]
before: found = -1, value = 5
line 5: found += value
after: found = 4
[BLOCK-6]
before: values = [1, 5], found = 4, value = 5
line 3: for value in values: -> no more items
line 8: found *= 2
line 9: return found -> returns 8
after: found = 8"""
    )


async def test_what_follows_a_condition_is_a_block_of_its_own(sandbox: Sandbox) -> None:
    code = "def f(a):\n    if a:\n        a = 1\n    b = a\n    return b\n"
    found = await blocks(sandbox, code, "f(7)")
    assert (
        found.split("\n[BLOCK-")[2] == "3]\nbefore: a = 1\nline 4: b = a\nline 5: return b -> returns 1\nafter: b = 1"
    )


async def test_each_turn_of_loops_in_loops_is_one_block(sandbox: Sandbox) -> None:
    code = (
        "def f(n):\n    s = 0\n    for i in range(n):\n        for j in range(2):\n            s += j\n    return s\n"
    )
    found = await blocks(sandbox, code, "f(1)")
    assert "line 3: for i in range(n):\nline 4: for j in range(2):\nline 5: s += j\nafter: i = 0, j = 0\n" in found
    assert count_blocks(found) == 5


async def test_of_many_blocks_the_first_and_the_last_are_kept(sandbox: Sandbox) -> None:
    code = "def f(n):\n    while True:\n        n -= 1\n        if n < 0:\n            break\n    return n\n"
    found = await blocks(sandbox, code, "f(30)")
    assert count_blocks(found) == 10
    kept, rest = found.split("(Here 23 blocks that ran are left out.)\n")
    assert kept.endswith("after: n = 25\n")
    assert rest.startswith("[BLOCK-6]\nbefore: n = 2\n")
    assert rest.endswith("[BLOCK-10]\nbefore: n = -1\nline 6: return n -> returns -1")


async def test_a_run_that_is_not_recorded_to_its_end_says_so(sandbox: Sandbox) -> None:
    found = await blocks(sandbox, "def f(n):\n    while n:\n        n = n\n", "f(1)", steps=9)
    assert found.endswith("(The run goes on; no more of it was recorded.)")


async def test_errors_and_what_handles_them(sandbox: Sandbox) -> None:
    code = """\
def f(a):
    try:
        b = a[5]
    except IndexError as error:
        b = sum(
            item
            for item in a
        )
    return b.c
"""
    assert (
        await blocks(sandbox, code, "f([1, 2])")
        == """\
[BLOCK-1]
call f(a = [1, 2])
line 2: try:
line 3: b = a[5]
line 3 raises IndexError: list index out of range
[BLOCK-2]
before: a = [1, 2]
line 4: except IndexError as error:
line 5: b = sum( item for item in a )
after: error = IndexError('list index out of range'), b = 3
[BLOCK-3]
before: b = 3
line 9: return b.c
line 9 raises AttributeError: 'int' object has no attribute 'c'"""
    )


async def test_calls_within_calls_begin_with_their_arguments(sandbox: Sandbox) -> None:
    code = "def f(n):\n    return 1 if n == 0 else n * g(n)\n\ndef g(n):\n    return f(n - 1)\n"
    found = await blocks(sandbox, code, "f(1)")
    assert found.split("\n")[1:6] == [
        "call f(n = 1)", "line 2: return 1 if n == 0 else n * g(n) -> returns 1", "[BLOCK-2]", "call g(n = 1)",
        "line 5: return f(n - 1) -> returns 1",
    ]  # fmt: skip


async def test_lambdas_and_loops_on_one_line_are_part_of_their_line(sandbox: Sandbox) -> None:
    code = "def f(a):\n    a.sort(key=lambda item: -item)\n    for item in a: a = [item]\n    return a\n"
    assert (
        await blocks(sandbox, code, "f([1, 2])")
        == """\
[BLOCK-1]
call f(a = [1, 2])
line 2: a.sort(key=lambda item: -item)
after: a = [2, 1]
[BLOCK-2]
before: a = [2, 1]
line 3: for item in a: a = [item]
line 4: return a -> returns [1]
after: a = [1], item = 1"""
    )


async def test_a_value_cannot_pass_for_a_block(sandbox: Sandbox) -> None:
    code = "class A:\n    __repr__ = lambda self: 'a\\n[BLOCK-9]\\nb'\n\ndef f():\n    a = A()\n    return a\n"
    found = await blocks(sandbox, code, "f()")
    assert "after: a = a [BLOCK-9] b" in found
    assert count_blocks(found) == 1


async def test_long_blocks_and_long_lines_are_cut(sandbox: Sandbox) -> None:
    code = "def f(a):\n" + "".join(f"    b{i} = {'+'.join(['a'] * 100)}\n" for i in range(50)) + "    return a\n"
    found = (await blocks(sandbox, code, "f(1)")).split("\n")
    assert len(found) == 24
    assert "…" in found
    assert max(map(len, found[:-1])) < 150


@pytest.mark.parametrize("call", ["g(1)", "f(1, 2, 3)"])
async def test_where_no_line_of_a_function_ran_there_is_no_block(sandbox: Sandbox, call: str) -> None:
    found = await blocks(sandbox, "def f(a):\n    return a\n", call)
    assert (found, count_blocks(found)) == ("", 0)
