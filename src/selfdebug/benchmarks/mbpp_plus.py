"""MBPP+ (Liu et al., 2023): 378 of MBPP's sanitized problems, with references and tests put right and more inputs.

Metrics are ``plus``, all inputs, which is EvalPlus's score, and ``base``, MBPP's own inputs alone.
"""

import ast
from pathlib import Path
from typing import Any

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.benchmarks.benchmark import Benchmark, DataError, Task
from selfdebug.benchmarks.programs.agreement import ORACLES_OF_MBPP
from selfdebug.benchmarks.programs.evalplus import PlusReference, PlusScorer, Shape
from selfdebug.benchmarks.programs.scoring import benchmark_of_programs
from selfdebug.benchmarks.records import Record
from selfdebug.execution import Assertion


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open MBPP+, which has no variant, in a data folder."""
    path = data / "mbpp" / "MbppPlus.jsonl.gz"
    notes = ("Hidden inputs decide the score; the reference says what they must give.",)
    shown = ("The model is shown one test.",)
    return benchmark_of_programs("mbpp+", "MBPP+", path, _task, PlusScorer, notes=notes, shown=shown)


def _task(index: int, record: Record) -> Task:
    name = record.text("task_id")
    return Task(index, name, _problem(record), PlusReference.of(record, ORACLES_OF_MBPP, _SHAPES.get(name, list)))


def _problem(record: Record) -> TextToPythonProblem:
    """Its prompt is a docstring: the description, and below it the test that is shown."""
    try:
        prompt = ast.literal_eval(record.text("prompt").strip())
        request, assertion, test = prompt.partition("\nassert ")
    except (SyntaxError, ValueError, AttributeError):
        raise DataError(f"{record.place}: 'prompt' is not a docstring.") from None
    return TextToPythonProblem(request.strip(), (Assertion(f"assert {test.strip()}"),) if assertion else ())


# JSON has neither tuples nor sets nor complex numbers. What an input is to become is not in the data; these are the
# tasks whose functions take something else than lists, by what they take.


def _deep(given: Any) -> Any:
    return tuple(map(_deep, given)) if isinstance(given, list) else given


def _tuples(given: list[Any]) -> list[Any]:
    return [tuple(item) for item in given]


def _sets(given: list[Any]) -> list[Any]:
    return [[set(item) if isinstance(item, list) and item else {} for item in given[0]]]


def _nested(given: list[Any]) -> list[Any]:
    return [tuple(tuple(item) if isinstance(item, list) else item for item in given[0])]


_TASKS: tuple[tuple[Shape, tuple[int, ...]], ...] = (
    # Every argument is a tuple.
    (_tuples, (2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740, 744,
               809)),
    # Every argument is a list of tuples.
    (lambda given: [_tuples(argument) for argument in given],
     (63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780)),
    # The first argument is a list of tuples, the second is as it is.
    (lambda given: [_tuples(given[0]), given[1]], (75, 413, 444, 753)),
    # The second argument is a tuple.
    (lambda given: [given[0], tuple(given[1])], (106, 750)),
    # A list of sets, an empty one of which is written as an empty dictionary.
    (_sets, (115,)),
    (lambda given: [float(given[0]), complex(given[1])], (124,)),
    # The first argument is a tuple, the others are as they are.
    (lambda given: [tuple(given[0]), *given[1:]], (250, 307, 405, 446, 617, 720, 763, 808)),
    (lambda given: [complex(given[0])], (252,)),
    # Every argument is a tuple of tuples.
    (lambda given: [tuple(_tuples(argument)) for argument in given], (259, 401, 445)),
    # A tuple of tuples and of what is none.
    (_nested, (278,)),
    # All lists are tuples.
    (_deep, (580, 615, 791)),
    # A dictionary of tuples.
    (lambda given: [{k: tuple(v) for k, v in given[0].items()}, *given[1:]], (722,)),
)  # fmt: skip
_SHAPES: dict[str, Shape] = {f"Mbpp/{number}": shape for shape, numbers in _TASKS for number in numbers}
