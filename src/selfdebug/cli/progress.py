"""Live progress on standard error: each turn's outcome, verdict, explanation and change, and what it cost.

A watcher of `selfdebug.events`. On a terminal in colour, with a spinner while the model is asked and the reply below it
while it comes; elsewhere in plain lines. Everything that a model, a program or a database said goes through `escaped`,
and never through rich's markup.
"""

from __future__ import annotations

import difflib
import re
import time
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.padding import Padding
from rich.text import Text

from selfdebug.cli.waiting import Reminder, WaitingSpinner
from selfdebug.events import Answered, Asking, Event, Explained, Judged, Ran, Selected, Streamed, Waiting
from selfdebug.feedback import Judge, Verdict
from selfdebug.messages import Reply
from selfdebug.outcome import Outcome, TestOutcome
from selfdebug.prices import Prices, dollars
from selfdebug.problem import APPLICATIONS, Program
from selfdebug.query_outcome import QueryOutcome
from selfdebug.safe_text import counted, escaped, shortened
from selfdebug.trajectory import Ending, Trajectory, Turn

_JUDGES = {Judge.TESTS: "the tests", Judge.EXECUTION: "running it", Judge.MODEL: "the model"}
_SAYS = {Judge.TESTS: ", say the tests", Judge.EXECUTION: ", as running it shows", Judge.MODEL: ", says the model"}
_LIMITS = (Ending.CALLS, Ending.TOKENS, Ending.SECONDS)
_STOPPED = {
    Ending.CORRECT: "Judged correct.",
    Ending.NO_DEBUGGING: "Stopped after the first {noun}: feedback {feedback} does not debug.",
    Ending.TURNS: "Stopped: no turns are left; --max-turns allows more.",
    **dict.fromkeys(_LIMITS, "Stopped at a limit."),
    Ending.REPEATED: "Stopped: the model sent the same {noun} again.",
    Ending.FIRST: "Stopped: the new {noun} was not clearly better, so the first one stays.",
    Ending.UNSURE: "Stopped without a verdict.",
    Ending.UNREADABLE: "Stopped: the model's reply could not be read.",
    Ending.CONTEXT: "Stopped: the conversation does not fit into the model's context.",
}
_STYLES = {Verdict.CORRECT: "bold green", Verdict.WRONG: "bold red", Verdict.UNSURE: "bold yellow"}
_VERDICT_LINE = re.compile(r"[\s*_#]*verdict\W*\w+\W*$", re.IGNORECASE)  # said before the words already
_TESTS_SHOWN = 6
_DIFF_LINES = 60
_SECONDS_BETWEEN_NOTES = 3.5
_WORDS_LINES = 12
"""Of a reply that is no program."""


class DebuggingProgress:
    """Shows a debugger's events. Use it as a context manager: it takes its spinner away."""

    def __init__(self, console: Console, quiet: bool = False, prices: Prices | None = None) -> None:
        """Make it with the console of standard error; nothing is shown if `quiet`. With prices, money is shown."""
        self._console, self._quiet, self._prices = console, quiet, prices
        self._live: Live | None = None
        self._reminder: Reminder | None = None
        self._waiting = WaitingSpinner("")
        self._programs: dict[int, Program] = {}
        self._said = float("-inf")
        self._reply: Reply | None = None
        can_draw = (console.encoding or "").lower().startswith("utf")
        self._good, self._bad, self._arrow = ("✓", "✗", "→") if can_draw else ("+", "x", "->")

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if self._quiet:
            return
        match event:
            case Asking():
                if event.repair:
                    self.say(Text(f"{event.step.activity} again: the last reply could not be read", "dim"))
                self._wait(f"writing {event.samples} programs" if event.samples > 1 else event.step.activity)
            case Streamed():
                self._waiting.reply, self._waiting.note = event.text, ""
            case Waiting():  # on a terminal below the spinner; elsewhere a line, and another one where it takes long
                self._waiting.note = event.reason
                if not self._console.is_terminal and time.monotonic() - self._said > _SECONDS_BETWEEN_NOTES:
                    self.say(shortened(event.reason, 1, 300))
            case Answered(exchange, step):
                self._reply = exchange.reply
                if step.gives == "program":
                    self._wait("running the program")
                else:
                    self._still()
            case Selected():
                self._show_selected(event)
            case Ran():
                self._show_ran(event)
            case Explained(turn):
                self._still()
                observed = "\n".join(f"{call} -> {result}" for call, result in turn.observed)
                self.say(Text(shortened(turn.diagnosis or observed or turn.explanation, 6, 500), "italic"), indent=2)
            case Judged(turn):
                self._show_judged(turn)

    @property
    def is_live(self) -> bool:
        """Whether a reply can be shown while it comes."""
        return self._console.is_terminal and not self._quiet

    def __enter__(self) -> Self:
        if not self._quiet and not self._console.is_terminal:
            self._wait("getting ready")
        return self

    def __exit__(self, *_: object) -> None:
        self._still()

    def say(self, text: Text | str, indent: int = 0) -> None:
        """Show some lines."""
        if self._quiet:
            return
        self._said = time.monotonic()
        text = Text(text) if isinstance(text, str) else text
        if self._console.is_terminal:
            self._console.print(Padding(text, (0, 0, 0, indent), expand=False))
            return
        for line in text.split("\n"):
            self._console.print(Text.assemble(" " * indent, line), soft_wrap=True)

    def finish(self, trajectory: Trajectory) -> None:
        """Show how it ended, and what it cost."""
        self._still()
        if trajectory.ending is Ending.UNREADABLE and self._reply:
            words = (self._reply.refusal or self._reply.text).strip()  # mostly why there is no program
            if words:
                self.say(Text("The model replied:", "bold"))
                self.say(Text(shortened(words, _WORDS_LINES, 1500)), indent=2)
        cost = trajectory.cost
        turns = counted(len(trajectory.turns), "turn")
        if trajectory.correct:
            judge = _JUDGES[trajectory.turns[-1].feedback.judge]
            self.say(Text(f"{self._good} Judged correct by {judge} after {turns}.", "bold green"))
        stored = f" ({cost.stored_calls} stored)" if cost.stored_calls else ""
        tokens = f"{cost.prompt_tokens:,} + {cost.completion_tokens:,} tokens"
        calls = counted(cost.calls, "reply", "replies")
        money = f", {dollars(self._prices.cost(cost.prompt_tokens, cost.completion_tokens))}" if self._prices else ""
        self.say(Text(f"  {turns}, {calls}{stored}, {tokens}{money}, {cost.seconds:.1f} s", "dim"))

    def _wait(self, what: str) -> None:
        self._still()
        if not self._console.is_terminal:
            self._reminder = Reminder(what, self.say)
            self._reminder.start()
            return
        self._waiting = WaitingSpinner(what)
        self._live = Live(
            console=self._console, transient=True, get_renderable=self._waiting.render, refresh_per_second=12.5
        )
        self._live.start(refresh=True)

    def _still(self) -> None:
        if self._reminder is not None:
            self._reminder.stop()
            self._reminder = None
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _show_selected(self, event: Selected) -> None:
        readable = [sample for sample in event.samples if sample.program]
        passed = [sample for sample in readable if sample.accepted]
        facts = [f"{len(readable)} readable", f"{sum(sample.ran for sample in readable)} ran"]
        if any(sample.accepted is not None for sample in readable):
            facts.append(f"{len(passed)} passed the tests")
        chosen = f"chose number {event.selection.chosen + 1}. {event.selection.reason}"
        self.say(Text(f"{len(event.samples)} samples: {', '.join(facts)}; {chosen}"))

    def _show_ran(self, event: Ran) -> None:
        self._still()
        program, outcome, parent = event.turn.program, event.turn.outcome, event.turn.parent
        self._programs[event.number] = program
        same = next(n for n, each in self._programs.items() if each.code.strip() == program.code.strip())
        what = counted(len(program.code.strip().splitlines()), "line")
        if same != event.number:
            what = f"the program of turn {same + 1} again"
        elif parent is not None:
            what += f", changed from turn {parent + 1}"
        elif event.number:
            what += ", a fresh attempt"
        self.say(Text.assemble((f"Turn {event.number + 1}", "bold"), f"  {what}"))
        if same != event.number:
            return
        if parent is not None:
            self.say(_difference(self._programs[parent], program), indent=4)
        if isinstance(outcome, QueryOutcome):
            self._show_query(outcome)
        else:
            self._show_tests(outcome, program)

    def _show_query(self, outcome: QueryOutcome) -> None:
        if outcome.error is not None:
            self.say(Text(f"{self._bad} {shortened(str(outcome.error), 3, 300)}", "red"), indent=2)
            return
        rows = counted(len(outcome.rows), "row") + (" or more" if outcome.truncated else "")
        names = ", ".join(outcome.columns)
        self.say(Text(f"{rows} of {counted(len(outcome.columns), 'column')}: {shortened(names, 1, 200)}"), indent=2)
        for fault in outcome.faults:
            self.say(Text(f"{self._bad} {shortened(fault, 1, 300)}", "red"), indent=2)
        for note in outcome.notes:
            self.say(Text(shortened(note, 1, 300), "dim"), indent=2)

    def _show_tests(self, outcome: Outcome, program: Program) -> None:
        if outcome.error is not None:
            self._show_error(f"not run: {outcome.error}", outcome.error.line, program)
            return
        if not outcome.tests:
            self.say("ran without an error", indent=2)
            return
        order = sorted(outcome.tests, key=lambda test: test.passed)
        for test in order[:_TESTS_SHOWN]:
            mark = (self._good, "green") if test.passed else (self._bad, "red")
            self.say(Text.assemble(mark, f" {shortened(test.test, 3, 200)}"), indent=2)
            if not test.passed:
                self._show_error(_reason(test), test.error.line if test.error else None, program, indent=4)
        passed = sum(test.passed for test in outcome.tests)
        if len(outcome.tests) > 1:
            self.say(f"{passed} of {len(outcome.tests)} tests passed", indent=2)

    def _show_error(self, what: str, line: int | None, program: Program, indent: int = 2) -> None:
        self.say(Text(shortened(what, 6, 400), "red"), indent=indent)
        source = program.code.split("\n")
        if line is not None and 0 < line <= len(source):
            self.say(Text(f"line {line}: {shortened(source[line - 1], 1, 120)}", "dim"), indent=indent)

    def _show_judged(self, turn: Turn) -> None:
        self._still()
        feedback = turn.feedback
        if feedback.judge is Judge.NOBODY:
            self.say(Text(f"{self._arrow} no verdict", _STYLES[Verdict.UNSURE]), indent=2)
            return
        verdict = Text(f"{self._arrow} {feedback.verdict}{_SAYS[feedback.judge]}", _STYLES[feedback.verdict])
        if feedback.judge is Judge.MODEL and feedback.text:
            reasons = without_verdict(" ".join(feedback.text.split()))
            verdict.append(f": {shortened(reasons, 1, 300)}" if reasons else "", "not bold default")
        self.say(verdict, indent=2)


def without_verdict(text: str) -> str:
    """What a model said with its verdict, without the line that gives it."""
    return _VERDICT_LINE.sub("", text)


def why_not(trajectory: Trajectory) -> str:
    """Why an answer was not judged correct, and what that says of the program that is printed."""
    noun = APPLICATIONS[trajectory.problem.application].answer
    reason = _STOPPED[trajectory.ending].format(noun=noun, feedback=trajectory.feedback)
    if trajectory.detail:
        reason = f"{reason.rstrip('.')}{':' if trajectory.ending in _LIMITS else '.'} {trajectory.detail.rstrip('.')}."
    if trajectory.answer is None:
        return f"{reason} No {noun} is printed."
    verdict = next(
        (turn.feedback.verdict for turn in reversed(trajectory.turns) if turn.program.code == trajectory.answer.code),
        Verdict.UNSURE,
    )
    known = "is not correct" if verdict is Verdict.WRONG else "may be wrong"
    return f"{reason} The {noun} printed {known}."


def _reason(test: TestOutcome) -> str:
    """Why a test did not pass, and where."""
    return test.reason + (f" in {test.assertion}" if test.assertion and test.assertion != test.test else "")


def _difference(before: Program, after: Program) -> Text:
    """What changed, as a coloured unified diff."""
    lines = list(
        difflib.unified_diff(before.code.strip("\n").split("\n"), after.code.strip("\n").split("\n"), n=2, lineterm="")
    )[2:]
    styles = {"+": "green", "-": "red", "@": "cyan"}
    shown = [Text(escaped(line), styles.get(line[:1], "")) for line in lines[:_DIFF_LINES]]
    if len(lines) > _DIFF_LINES:
        shown.append(Text(f"… and {len(lines) - _DIFF_LINES} more lines", "dim"))
    return Text("\n").join(shown) if shown else Text("only white space changed", "dim")
