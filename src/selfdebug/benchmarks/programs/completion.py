"""Make a whole program of a completion, as files of predictions often hold."""

from __future__ import annotations

from selfdebug.problem import Program, TextToPythonProblem, TranslationProblem

from ..benchmark import BenchmarkError, Task


def complete(task: Task, completion: str) -> Program:
    """The program that continues what a problem gives: its start, or the declaration in the target language.

    Args:
        task: whose problem is completed. Where it gives no beginning, the completion is a whole program.
        completion: the text that follows, as it came.

    Raises:
        BenchmarkError: the problem does not ask for a program.
    """
    problem = task.problem
    if isinstance(problem, TextToPythonProblem):
        return Program(problem.start + completion, "python")
    if isinstance(problem, TranslationProblem):
        return Program(problem.declaration + completion, problem.language)
    raise BenchmarkError(f"{task.id} asks for a query, which has no beginning to complete: give whole queries.")
