"""CodeT: programs and assertions that a model wrote vouch for each other (Chen et al., arXiv 2207.10397)."""

from __future__ import annotations

import ast
import functools
import warnings
from collections import Counter

from selfdebug.applications.reading import Unreadable, UnreadableReplyError
from selfdebug.applications.reading.calls import lines_of
from selfdebug.feedback import Step
from selfdebug.messages import Reply
from selfdebug.selection.base import Candidates, Choice, voters
from selfdebug.selection.consensus import consensus_sets
from selfdebug.selection.functions import CannotSelectError, ask, function_to_call
from selfdebug.selection.majority import MajorityVote, fall_back
from selfdebug.selection.sampling import run_further_tests
from selfdebug.unit_tests import Assertion

ASSERTIONS = Step("assertions", "writing tests to choose by")

_ASKED = 10
_MOST = 50  # assertions that are read
_HELPERS = {
    "abs", "all", "any", "bool", "dict", "float", "frozenset", "int", "len", "list", "max", "min", "range", "round",
    "set", "sorted", "str", "sum", "tuple",
}  # fmt: skip


class CodeT:
    """Picks a program of the largest agreement between programs and assertions; see `consensus_sets`.

    Only samples that run and pass the shown tests take part. The model's assertions are ballots, some of them wrong:
    they never say that a program is correct. Where there are none, the majority vote decides.
    """

    async def select(self, candidates: Candidates) -> Choice:
        """Have assertions written, and compare what the programs make of them."""
        samples = candidates.samples
        counts = Counter(program for i in voters(samples) if (program := samples[i].program))
        if len(counts) < 2:
            return await MajorityVote().select(candidates)
        try:
            function = function_to_call(candidates)
            if candidates.problem.language != "python":
                raise CannotSelectError("assertions are for Python programs only")
            read = functools.partial(read_assertions, function=function)
            assertions = await ask(candidates, ASSERTIONS, read, function=function, count=_ASKED)
        except CannotSelectError as error:
            return await fall_back(candidates, str(error))
        outcomes = await run_further_tests(candidates, counts, [Assertion(text) for text in assertions])
        passed = [[i for i, test in enumerate(outcomes[program]) if test.passed] for program in counts]
        best = consensus_sets(passed, list(counts.values()), list(assertions.values()))[0]
        if not best.passed:
            return await fall_back(candidates, "no sample passes a test that the model wrote")
        winner = list(counts)[best.programs[0]]
        return Choice(
            next(i for i in voters(samples) if samples[i].program == winner),
            f"{best.size} of {candidates.asked} samples pass the same {best.passed} of {assertions.total()} tests that"
            " the model wrote, the best agreement.",
            best.size / candidates.asked,
        )


def read_assertions(reply: Reply, function: str) -> Counter[str]:
    """Read assertions about a function out of a reply: those that stand on one line, and how often each does.

    They call the function, and nothing else but harmless functions of Python's own; all other lines are left out.

    Raises:
        UnreadableReplyError: there are none.
    """
    found: Counter[str] = Counter()
    for line in lines_of(reply):
        if found.total() < _MOST and (assertion := _assertion(line, function)):
            found[assertion] += 1
    if not found:
        raise UnreadableReplyError(Unreadable.NO_ANSWER, f"The reply held no test that calls {function}.")
    return found


def _assertion(line: str, function: str) -> str:
    """The assertion on a line, in the one form that all equal ones have; nothing if it is something else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a model's code: nobody could mend it
            statements = ast.parse(line).body
        match statements:
            case [ast.Assert(test=test)] if _is_about(test, function):
                return f"assert {ast.unparse(test)}"
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    return ""


def _is_about(test: ast.expr, function: str) -> bool:
    nodes = list(ast.walk(test))
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    is_strange = any(
        isinstance(node, ast.Attribute | ast.NamedExpr) or (isinstance(node, ast.Constant) and node.value is ...)
        for node in nodes
    )
    return function in called and names <= {function, *_HELPERS} and not is_strange
