"""How a Python function is asked for: its command, its form, and the problem that comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from selfdebug.applications.problem_input import (
    GivenTestTexts,
    InputKind,
    ProblemInput,
    given,
    given_tests,
    request_text,
)

if TYPE_CHECKING:
    from selfdebug.applications.text_to_python import TextToPythonProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class TextToPythonInput(ProblemInput):
    """A request for a Python function."""

    command: ClassVar[str] = "python"
    title: ClassVar[str] = "A Python function"
    help: ClassVar[str] = (
        "Write a Python function, run it against tests, and debug it until it passes.\n\n"
        "Only the program goes to standard output, so that it can be piped; progress goes to standard error."
    )
    examples: ClassVar[str] = """[bold]Examples[/]
  selfdebug python "Write a function mid(a) that gives the median." \\
      --test "assert mid(\\[3, 1, 2]) == 2"
  selfdebug python - --tests test_dates.py --max-turns 5 < request.txt > dates.py
  selfdebug python "Sort by surname." --program sort.py --test "assert …"
  selfdebug python "Write mid(a)." --program wrong.py --feedback ut --show-prompt

[bold]Test files[/]: Python, where each top-level assertion is a test, imports and
definitions come before all tests, and each function test_…() is a test, run
by pytest if need be; or JSON: a list of assertions, or one a line."""

    request: str = given(InputKind.REQUEST, "What to write; - reads it from stdin.", "Request", metavar="REQUEST")
    tests: GivenTestTexts = given_tests()
    start: str = given(
        InputKind.FILE, "How the program must begin.", "Beginning", default="", option="--start", metavar="FILE",
        placeholder="def square(n):",
    )  # fmt: skip

    def problem(self) -> TextToPythonProblem:
        """The problem.

        Raises:
            ProblemInputError: there is no request, or tests cannot be read.
        """
        request = request_text(self.request, "request")
        from selfdebug.applications.given_tests import read_tests
        from selfdebug.applications.text_to_python import TextToPythonProblem

        tests = read_tests(self.tests)
        return TextToPythonProblem(request, tests.tests, start=self.start, setup=tests.setup)

    @classmethod
    def of(cls, problem: TextToPythonProblem) -> Self:
        from selfdebug.applications.given_tests import written_tests

        return cls(request=problem.request, tests=written_tests(problem.tests), start=problem.start)
