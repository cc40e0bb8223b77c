"""What host and sandbox say to each other: it arrives as it was sent, and what somebody else wrote is refused."""

from __future__ import annotations

import json
import marshal
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfdebug.execution import isolation
from selfdebug.execution.inside import codec, protocol
from selfdebug.execution.inside.protocol import ErrorReport, File, OrderReport, PytestOrder, PytestReport
from selfdebug.values import UnreadableError

ALLOWANCE = protocol.Allowance(1.5, 2.0, 3.0, 1 << 30, 1 << 20, 1000, 4, "RLIMIT_DATA", resident=True)
CALL = protocol.FunctionCall("f", [[1, 2], {"tuple": [1]}], {"x": None})
OFFER = protocol.Offer(("len",), bare=False)
CODE = compile("f(1)", "<test>", "eval")
TRACE = protocol.Trace(0, 10, 80)
TESTS = ("assert f(1) == 2", protocol.CallTest(CALL, {"set": [1]}, 0.5), protocol.GiveCall(CALL, ()))
REQUESTS = (
    protocol.Load("def f(x): ...", prelude=True), protocol.Ask(CODE, OFFER), protocol.AskCall(CALL),
    protocol.RunTest("assert f(1)", (OFFER, OFFER), ends=False), protocol.RunHere(CODE),
    protocol.Traced(protocol.GiveCall(CALL, (0, 1)), TRACE), TESTS[1],
)  # fmt: skip
COMMAND = protocol.FileCommand(["/bin/true"], (File("a.cpp", "\xff", True),), {"HOME": "{scratch}"})
MESSAGES = [
    protocol.CommandOrder(COMMAND, ALLOWANCE, "1\n", processes=True, outputs=("a.out",)),
    protocol.ScriptOrder("print(1)", "import math", ALLOWANCE, "", 5),
    protocol.TestsOrder("x = 1", "", ALLOWANCE, "import f", TESTS, False, True, TRACE),
    protocol.Watch(ALLOWANCE, 3), protocol.Enough(),
    protocol.Watched(None), protocol.Watched("cpu"), protocol.Kill(4), protocol.TidyUp(("a",)), protocol.Tidied(),
]  # fmt: skip
FOR_PROGRAMS = [
    protocol.Fork(ALLOWANCE, None, False, REQUESTS, True), protocol.Fork(ALLOWANCE, "", True, COMMAND, False),
    protocol.Go(), protocol.Stop(), protocol.Compare([1], 0.0),
]  # fmt: skip
ERROR = ErrorReport("ValueError", "x", 3)
FAILED = protocol.TestReport("failed", None, "1", "2", "assert f() == 2", "abc", protected=False)
REPORT = OrderReport(
    protocol.ProcessReport(-9, "cpu", 0.1, 0.2, 1 << 20, (File("a", "b"),), clean=False),
    protocol.Captured("out", True), protocol.Captured("", False), ERROR,
    (FAILED, protocol.TestReport("raised", ERROR, value=[None])),
    (protocol.StepReport(1, "f", "line", {"x": "1"}),),
)  # fmt: skip
PYTEST = PytestReport("word", None, None, {"test_f": protocol.FileTestReport("skipped", ErrorReport("", "later"))})


def _kinds(message: Any) -> list[type]:
    """The types of a message and of all its members, so that named tuples that are equal to others are told apart."""
    inner = [kind for member in message if isinstance(member, tuple) for kind in _kinds(member)]
    return [type(message), *inner]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_orders_and_requests_arrive_as_they_were_sent(message: Any) -> None:
    arrived = codec.unpack(codec.pack(message))
    assert arrived == message
    assert _kinds(arrived) == _kinds(message)


def _bare(message: Any) -> Any:
    name = () if type(message) is tuple else (type(message).__name__,)
    return (*name, *(_bare(member) if isinstance(member, tuple) else member for member in message))


@pytest.mark.parametrize("message", FOR_PROGRAMS, ids=lambda message: type(message).__name__)
def test_what_goes_to_a_program_arrives_without_its_classes(message: Any) -> None:
    arrived = marshal.loads(codec.pack_bare(message))
    assert arrived == _bare(message)
    assert set(_kinds(arrived)) == {tuple}


@pytest.mark.parametrize("message", [REPORT, PYTEST, PytestOrder("x", "m", "c", "", "w")])
def test_reports_arrive_as_they_were_sent(message: Any) -> None:
    arrived = codec.read(type(message), codec.write(message))
    assert arrived == message
    assert _kinds(arrived) == _kinds(message)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


def _places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = enumerate(data) if isinstance(data, list) else data.items() if isinstance(data, dict) else ()
    return [path, *(place for key, member in members for place in _places(member, (*path, key)))]


@given(st.data())
@settings(max_examples=400, deadline=None)
@pytest.mark.parametrize("report", [REPORT, PYTEST])
def test_a_report_with_anything_else_in_any_place_is_read_or_refused(report: Any, data: st.DataObject) -> None:
    forged = json.loads(codec.write(report))
    *path, last = data.draw(st.sampled_from([place for place in _places(forged) if place]))
    place = forged
    for key in path:
        place = place[key]
    place[last] = data.draw(_json)
    try:
        arrived = codec.read(type(report), json.dumps(forged).encode())
    except UnreadableError:
        return
    assert codec.read(type(report), codec.write(arrived)) == arrived or "NaN" in json.dumps(forged)


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 100_000, codec.write(REPORT)[:-1], codec.write(PYTEST)]
    + [codec.write(REPORT).replace(b'"failed"', status) for status in (b'"skipped"', b'"started"', b"[]", b"1")]
    + [codec.write(REPORT).replace(b'"cpu"', b'"eval"'), codec.write(REPORT).replace(b"-9", b"true")],
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        codec.read(OrderReport, data)


def test_the_process_that_programs_are_forked_from_loads_little() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(isolation.INSIDE)!r}); import boot; boot._load_package()\n"
        "from _selfdebug_inside import template; print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert "_selfdebug_inside.program" in loaded
    assert not {
        "_selfdebug_inside.codec",
        "_selfdebug_inside.protocol",
        "dataclasses",
        "inspect",
        "hashlib",
        "threading",
        "pydantic",
        "selfdebug",
    } & set(loaded)
