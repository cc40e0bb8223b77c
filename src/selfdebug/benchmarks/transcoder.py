"""TransCoder's test set (Rozière et al., 2020), C++ to Python: 560 functions, ten assertions each.

The assertions come from running the C++, and all of them are shown. Of the reference translations, 26 do not pass them:
in most of those tasks it is the assertions that are wrong (an expected text without its quotes is an unknown name), so
that no translation can pass; the other translations lack an import or differ in type.
"""

from pathlib import Path

from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks.benchmark import Benchmark, DataError, Task
from selfdebug.benchmarks.mbpp import LIMITS, PRELUDE
from selfdebug.benchmarks.programs.scoring import TestedReference, benchmark_of_programs
from selfdebug.benchmarks.records import Record
from selfdebug.execution import Assertion
from selfdebug.problem import Program

_REFERENCES_NEED = "import sys, collections\n"  # these translations use them and import nothing


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open TransCoder's test set, which has no variant, in a data folder."""
    path = data / "transcoder" / "transcoder_cpp_python.jsonl"
    shown = ("The model may be shown all tests that decide the score, in feedback that includes tests.",)
    title = "TransCoder (C++ to Python)"
    return benchmark_of_programs("transcoder", title, path, _task, application="translation", shown=shown)


def _task(index: int, record: Record) -> Task:
    tests = tuple(Assertion(code) for code in record.texts("tests"))
    if not tests:
        raise DataError(f"{record.place}: 'tests' is empty.")
    source = Program(record.text("source"), "cpp")
    program = Program(_REFERENCES_NEED + record.text("reference"), "python")
    return Task(
        index=index,
        id=record.text("task_id"),
        problem=TranslationProblem(source, "python", tests, entry_point=record.text("entry_point")),
        reference=TestedReference(program, tests, "", PRELUDE, LIMITS),
    )
