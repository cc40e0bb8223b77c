"""``selfdebug python``: a Python function from a description, debugged against the tests that are given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import CODES
from selfdebug.cli.inputs import read_program, read_request, read_text
from selfdebug.cli.options import Json, ProgramFile, PythonRequest, StartFile, Tests, TestsFile, configured

if TYPE_CHECKING:
    from selfdebug.problem import TextToPythonProblem

HELP = (
    "Write a Python function, run it against tests, and debug it until it passes.\n\n"
    "Only the program goes to standard output, so that it can be piped; progress goes to standard error."
)
EXAMPLES = f"""[bold]Examples[/]
  selfdebug python "Write a function mid(a) that gives the median." \\
      --test "assert mid(\\[3, 1, 2]) == 2"
  selfdebug python - --tests test_dates.py --max-turns 5 < request.txt > dates.py
  selfdebug python "Sort by surname." --program sort.py --test "assert …"

[bold]Test files[/]: Python, where each top-level assertion is a test, imports and
definitions come before all tests, and each function test_…() is a test, run
by pytest if need be; or JSON: a list of assertions, or one a line.

{CODES}"""


@configured()
def python(
    request: PythonRequest,
    test: Tests = None,
    tests: TestsFile = None,
    start: StartFile = None,
    program: ProgramFile = None,
    as_json: Json = False,
    *,
    configuration: Configuration,
) -> None:
    """Write a Python function."""
    started = read_program(program, "python")
    problem = problem_of(request, test, tests, start)
    from selfdebug.cli import running

    task = running.Task(problem, started)
    running.debug([task], configuration, lambda found: running.conclude(found, as_json))


def problem_of(request: str, test: list[str] | None, tests: Path | None, start: Path | None) -> TextToPythonProblem:
    """The problem that the arguments pose."""
    wanted = read_request(request, "request")
    beginning = "" if start is None else read_text(start, "start")
    from selfdebug.cli.given_tests import read_tests
    from selfdebug.problem import TextToPythonProblem

    given = read_tests(test, tests)
    return TextToPythonProblem(wanted, given.tests, start=beginning, setup=given.setup)
