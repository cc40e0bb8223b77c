"""What progress shows: plain lines or a terminal's, and nothing of what hostile text asks for."""

from __future__ import annotations

import io
import itertools
import threading

import pytest
from rich.console import Console

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.cli import progress, waiting
from selfdebug.cli.output import put
from selfdebug.cli.progress import DebuggingProgress
from selfdebug.cli.waiting import Reminder
from selfdebug.events import Answered, Asking, Event, Explained, Judged, Ran, Streamed, Waiting
from selfdebug.feedback import FIX, GENERATE, UNJUDGED, Feedback, Judge, Verdict
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome, ProgramError, Status, TestOutcome
from selfdebug.prices import Prices
from selfdebug.problem import Program
from selfdebug.query_outcome import QueryOutcome
from selfdebug.safe_text import escaped, shortened
from selfdebug.trajectory import AnyOutcome, Cost, Ending, Exchange, Trajectory, Turn

HOSTILE = "\x1b[2J\x1b]0;owned\x07 [bold red]markup[/] :smile: \u202ereversed\u200b\x9b31m\r over"
SEEN = "\\u001b[2J\\u001b]0;owned\\u0007 [bold red]markup[/] :smile: \\u202ereversed\\u200b\\u009b31m\\u000d over"


def shown(*events: Event, terminal: bool = False, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="backslashreplace")
    console = Console(
        file=stream, force_terminal=terminal, width=200, highlight=False, color_system="standard" if terminal else None
    )
    with DebuggingProgress(console) as watcher:
        for event in events:
            watcher(event)
    stream.flush()
    return raw.getvalue().decode(encoding)


def ran(program: Program, outcome: AnyOutcome, number: int = 0, parent: int | None = None) -> Ran:
    return Ran(Turn(program, outcome, UNJUDGED, parent=parent), number)


def hostile_turn() -> tuple[Event, ...]:
    program = Program(f"x = 1\n# {HOSTILE}\n", "python")
    test = TestOutcome(f"assert {HOSTILE}", Status.RAISED, error=ProgramError("Error", HOSTILE, 2))
    outcome = Outcome((test,))
    turn = Turn(program, outcome, Feedback(Verdict.WRONG, Judge.MODEL, HOSTILE), HOSTILE, parent=0)
    return ran(Program("x = 1\n", "python"), outcome), Ran(turn, 1), Explained(turn, 1), Judged(turn, 1)


@pytest.mark.parametrize(("prices", "money"), [(None, ""), (Prices(2, 10), ", $0.0054"), (Prices(0, 0), ", $0.00")])
def test_the_last_line_has_the_cost_in_money_where_prices_are_given(prices: Prices | None, money: str) -> None:
    stream = io.StringIO()
    cost = Cost(3, 1, 1_911, 160, 8.1)
    with DebuggingProgress(Console(file=stream, width=200), prices=prices) as watcher:
        watcher.finish(Trajectory(TextToPythonProblem("f"), "m", "ut", "few-shot", (), None, Ending.CALLS, cost=cost))
    assert f"0 turns, 3 replies (1 stored), 1,911 + 160 tokens{money}, 8.1 s" in stream.getvalue()


def test_hostile_text_is_made_visible_in_plain_lines() -> None:
    text = shown(*hostile_turn())
    assert not {"\x1b", "\x07", "\u202e", "\u200b", "\x9b", "\r"} & set(text)
    assert text.count(SEEN) >= 5


def test_on_a_terminal_only_our_own_sequences_are_written() -> None:
    text = shown(*hostile_turn(), terminal=True)
    assert "\x1b[31m" in text  # ours: red
    assert not {"\x07", "\u202e", "\u200b", "\x9b", "\r"} & set(text)
    for sequence in ("\x1b[2J", "\x1b]0"):
        assert sequence not in text
    assert "[bold red]markup[/] :smile:" in text


def test_names_of_columns_may_be_hostile() -> None:
    outcome = QueryOutcome((HOSTILE,), ((HOSTILE,),), None, False, 0.0, False)
    assert SEEN in shown(ran(Program("SELECT 1", "sql"), outcome))


def test_nothing_spins_in_a_pipe() -> None:
    assert shown(Asking(GENERATE, 1, False)) == ""


def test_a_terminal_has_a_spinner_that_names_the_step_and_goes_away() -> None:
    text = shown(Asking(FIX, 1, False), terminal=True)
    assert "writing a new program" in text
    assert text.endswith("\x1b[2K")


def test_a_reply_is_shown_on_a_terminal_while_it_comes_and_then_goes_away() -> None:
    seen: list[str] = []

    class Watched(DebuggingProgress):
        def __call__(self, event: Event) -> None:
            super().__call__(event)
            if isinstance(event, Streamed):
                console = Console(width=60)
                with console.capture() as captured:
                    console.print(self._waiting.render())
                seen.append(captured.get())

    console = Console(file=io.StringIO(), force_terminal=True, width=60)
    with Watched(console) as watcher:
        assert watcher.is_live
        watcher(Asking(GENERATE, 1, False))
        watcher(Streamed("def broken"))
        watcher(Streamed("def f(x):\n    return x\n"))  # tried again, from the beginning
        watcher(Streamed("\n".join(f"line {number}" for number in range(100)) + HOSTILE))
        watcher(Answered(Exchange("generate", (), 0, Reply("…")), GENERATE))
        assert watcher._waiting.reply == ""
    assert watcher._live is None
    assert "def broken" in seen[0]
    assert "def broken" not in seen[1]
    assert [line.rstrip() for line in seen[1].splitlines()[1:]] == ["  def f(x):", "      return x"]
    assert "line 99" in seen[2]
    assert len(seen[2].splitlines()) <= 13
    assert not {"\x1b", "\x07", "\u202e"} & set(seen[2])


def test_no_reply_is_shown_in_a_pipe_or_quietly() -> None:
    pipe = Console(file=io.StringIO())
    assert not DebuggingProgress(pipe).is_live
    assert not DebuggingProgress(Console(file=io.StringIO(), force_terminal=True), quiet=True).is_live
    assert shown(Asking(GENERATE, 1, False), Streamed("def f")) == ""


def test_waiting_is_said_at_once_in_a_pipe_and_again_where_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    console = Console(file=io.StringIO(), width=200)
    with DebuggingProgress(console) as shown_here:
        for second in range(60):
            now = 100.0 + second
            shown_here(Waiting(f"status 500: trying again {second}"))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    said = [int(line.rsplit(" ", 1)[1]) for line in lines]
    assert said[0] == 0
    assert all(later - earlier <= 5 for earlier, later in itertools.pairwise([*said, 60]))
    assert len(said) <= 15


def test_waiting_is_shown_below_the_spinner_on_a_terminal_until_the_reply_comes() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=60)
    with DebuggingProgress(console) as shown_here:
        shown_here(Asking(GENERATE, 1, False))
        shown_here(Waiting(f"status 500 {HOSTILE}"))
        with console.capture() as captured:
            console.print(shown_here._waiting.render())
        shown_here(Streamed("def f"))
        with console.capture() as later:
            console.print(shown_here._waiting.render())
    assert "status 500" in captured.get()
    assert not {"\x07", "\u202e"} & set(captured.get())
    assert "status 500" not in later.get()


def test_streams_without_unicode_get_other_marks() -> None:
    outcome = Outcome((TestOutcome("assert f(2) == 4", Status.FAILED, "5", "4"),))
    text = shown(ran(Program("def f(x): return 5", "python"), outcome), encoding="ascii")
    assert "x assert f(2) == 4" in text
    assert "gave 5, expected 4" in text


def test_failed_tests_come_first_and_many_are_counted() -> None:
    tests = tuple(TestOutcome(f"assert f({n}) == 4", Status.PASSED if n < 9 else Status.TIMED_OUT) for n in range(10))
    lines = shown(ran(Program("def f(x): return 4", "python"), Outcome(tests))).splitlines()
    assert lines[1] == "  ✗ assert f(9) == 4"
    assert lines[2] == "    timed out"
    assert lines[-1] == "  9 of 10 tests passed"
    assert len(lines) == 9


def test_long_changes_are_cut() -> None:
    outcome = Outcome(())
    before, after = (Program("\n".join(f"{word} {n}" for n in range(100)), "python") for word in ("a", "b"))
    lines = shown(ran(before, outcome), ran(after, outcome, 1, parent=0)).splitlines()
    assert any("more lines" in line for line in lines)
    assert len(lines) < 75


def test_visible_keeps_what_is_harmless() -> None:
    harmless = "def f():\n\treturn 'Zürich, 東京, 😀'\n"
    assert escaped(harmless) == harmless
    assert escaped("a\r\nb") == "a\nb"
    assert escaped("\ud800\U000e0001") == "\\ud800\\U000e0001"


def test_shortened_says_that_it_is() -> None:
    assert shortened("one\ntwo\nthree", 2, 100) == "one\ntwo …"
    assert shortened("one", 2, 100) == "one"


def test_answers_are_exact_in_a_pipe_and_visible_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    pipe, terminal = io.StringIO(), Terminal()
    put(HOSTILE, pipe)
    put(HOSTILE, terminal)
    assert pipe.getvalue() == f"{HOSTILE}\n"
    assert terminal.getvalue() == f"{SEEN}\n"


def test_a_long_wait_is_said_where_nothing_can_spin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_SECONDS_TO_FIRST_WORD", 0.01)
    said: list[str] = []
    heard = threading.Event()

    def say(text: str) -> None:
        said.append(text)
        heard.set()

    with Reminder("writing a new program", say):
        assert heard.wait(60)
    assert said == ["… writing a new program: 0 s so far"]
