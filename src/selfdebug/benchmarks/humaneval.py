"""HumanEval (Chen et al., 2021): a signature with a docstring, to be completed; hidden tests score.

The verdict is that of openai/human-eval's evaluator: ``check`` of the task's test passes within three seconds.
"""

import ast
import doctest
from pathlib import Path

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks.benchmark import Benchmark, Task
from selfdebug.benchmarks.programs.scoring import TestedReference, benchmark_of_programs
from selfdebug.benchmarks.records import Record
from selfdebug.execution import Assertion, Limits
from selfdebug.problem import Program

REQUEST = "Complete the function below: it must do what its docstring says."
LIMITS = Limits(cpu_seconds=3)
SHOWN = ("The model is shown the docstring's examples, also as tests where they are doctests.",)
NOTES = ("Hidden tests decide the score.",)

# This example's value is not the median; the official tests have the right one.
_MISTAKEN = "median([-10, 4, 6, 1000, 10, 20])"


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open HumanEval, which has no variant, in a data folder."""
    path = data / "humaneval" / "HumanEval.jsonl.gz"
    return benchmark_of_programs("humaneval", "HumanEval", path, _task, notes=NOTES, shown=SHOWN)


def _task(index: int, record: Record) -> Task:
    start = record.text("prompt")
    test = Assertion(f"{record.text('test')}\ncheck({record.text('entry_point')})")
    program = Program(start + record.text("canonical_solution"), "python")
    return Task(
        index=index,
        id=record.text("task_id"),
        problem=completion_problem(record),
        reference=TestedReference(program, (test,), limits=LIMITS),
    )


def completion_problem(record: Record) -> TextToPythonProblem:
    """The problem of a record, of EvalPlus's file too: what it shows is in its ``prompt``."""
    start = record.text("prompt")
    return TextToPythonProblem(REQUEST, examples(start, record.text("entry_point")), start=start)


def examples(start: str, entry_point: str) -> tuple[Assertion, ...]:
    """The doctest examples in the docstring of a function whose values are literals, as assertions.

    Args:
        start: code up to and with the docstring.
        entry_point: name of the function.
    """
    try:
        functions = [node for node in ast.parse(start).body if isinstance(node, ast.FunctionDef)]
        docstring = next((ast.get_docstring(f) for f in functions if f.name == entry_point), None)
        written = doctest.DocTestParser().get_examples(docstring or "")
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # a docstring that only looks like doctest
        return ()
    return tuple(Assertion(f"assert {e.source.strip()} == {e.want.strip()}") for e in written if _is_example(e))


def _is_example(example: doctest.Example) -> bool:
    if example.source.strip() == _MISTAKEN:
        return False
    try:
        ast.parse(example.source.strip(), mode="eval")
        ast.literal_eval(example.want.strip())
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):  # all that parsing a literal may raise
        return False
    return True
