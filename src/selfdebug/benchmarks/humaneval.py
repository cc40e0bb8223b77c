"""HumanEval (Chen et al., 2021): a signature with a docstring, to be completed; hidden tests score.

The verdict is that of openai/human-eval's evaluator: ``check`` of the task's test passes within three seconds.
"""

from pathlib import Path

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks.benchmark import Benchmark, Task
from selfdebug.benchmarks.programs.docstring_examples import examples
from selfdebug.benchmarks.programs.scoring import TestedReference, benchmark_of_programs
from selfdebug.benchmarks.records import Record
from selfdebug.execution import Assertion, Limits
from selfdebug.problem import Program

REQUEST = "Complete the function below: it must do what its docstring says."
LIMITS = Limits(cpu_seconds=3)
SHOWN = ("The model is shown the docstring's examples, also as tests where their values are literals.",)
NOTES = ("Hidden tests decide the score.",)

# Examples that contradict their own docstrings; the official tests have the right values.
_MISTAKEN = {
    "assert median([-10, 4, 6, 1000, 10, 20]) == 15.0",
    "assert sort_array([1, 5, 2, 3, 4]) == [1, 2, 3, 4, 5]",
    "assert sort_array([-2, -3, -4, -5, -6]) == [-6, -5, -4, -3, -2]",
}


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
    shown = tuple(test for test in examples(start, record.text("entry_point")) if str(test) not in _MISTAKEN)
    return TextToPythonProblem(REQUEST, shown, start=start)
