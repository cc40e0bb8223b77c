"""Does the rule of the selector `codet` give what CodeT published? HumanEval with CodeGen-Mono 16B: pass@1 36.7.

    SELFDEBUG_DATA=DATA uv run python perf/codet.py RESULTS.jsonl [EVERY]

Reads the 100 programs and 100 texts of tests that the authors published for each of 164 problems
(microsoft/CodeT, `generated_data`), takes at most five assertions of each text, as they did, and runs each distinct
program against all distinct assertions of its problem and against the benchmark's tests. One program of the best sets
is drawn at random, as in the paper: pass@1 is the mean part of right ones. With EVERY, such as 4, only every fourth
problem is taken. Problems whose results are in the file are not run again.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import math
import os
import re
import statistics
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from selfdebug.execution import Limits, RunOptions, Sandbox
from selfdebug.problem import Program
from selfdebug.selection.consensus import consensus_sets

PUBLISHED = 36.7  # arXiv 2207.10397, table 2: pass@1 of CodeT with CodeGen-Mono 16B
STOPS = ("\nclass", "\ndef", "\n#", "\nif", "\nprint")
ASSERTIONS = 5  # of one text
SECONDS = 0.1  # of processor time for one assertion, as the authors' wall time
OFFICIAL_SECONDS = 0.5  # for the benchmark's tests
HANGS = 2  # assertions that take too long, after which the others are not run: 10 give the same rate, in twice the time
LIMITS = Limits(cpu_seconds=1.5, idle_seconds=5)

DRIVER = """
def _selfdebug_check():
    import contextlib, io, os, signal, sys

    class TooLong(Exception):
        pass

    def stop(*ignored):
        raise TooLong

    def holds(code, seconds):
        signal.signal(signal.SIGPROF, stop)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            exec(code, globals())
            return "1"
        except TooLong:
            return "t"
        except Exception:
            return "0"
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    out, letters = os.dup(1), []
    with contextlib.redirect_stdout(io.StringIO()):
        for code in {assertions!r}:
            letters.append(holds(code, {seconds}) if letters.count("t") < {hangs} else "t")
        right = holds({official!r}, {official_seconds})
    os.write(out, ("\\n" + right + "".join(letters)).encode())


_selfdebug_check()
"""


@dataclass(frozen=True, slots=True)
class Results:
    """What running the programs of one problem gave.

    Attributes:
        task: name of the problem.
        program_counts: how often each distinct program was written.
        test_counts: how often each distinct assertion was.
        passed: the assertions that each program passes.
        right: the programs that pass the benchmark's tests.
    """

    task: str
    program_counts: list[int]
    test_counts: list[int]
    passed: list[list[int]]
    right: list[int]


def pass_at_1(results: Results) -> float:
    """The part of right programs among those of the best score, with repetition."""
    sets = consensus_sets(results.passed, results.program_counts, results.test_counts)
    best = [program for each in sets if math.isclose(each.score, sets[0].score) for program in each.programs]
    return right_part(results, best)


def right_part(results: Results, programs: Iterable[int]) -> float:
    """The part of right ones among some programs, with repetition: pass@1 where one of them is drawn."""
    counts, right = results.program_counts, set(results.right)
    drawn = list(programs)
    return sum(counts[p] for p in drawn if p in right) / sum(counts[p] for p in drawn)


def rates(chosen: Sequence[Results]) -> tuple[float, float]:
    """The mean pass@1 in per cent: of all programs, and of those of the best score."""
    first = statistics.mean(right_part(results, range(len(results.passed))) for results in chosen)
    return 100 * first, 100 * statistics.mean(map(pass_at_1, chosen))


def problems(data: Path) -> Iterator[tuple[dict[str, Any], Counter[str], Counter[str]]]:
    """Each problem with its distinct programs and assertions."""
    folder, name = data / "codet", "HumanEval_codegen16B_temp0.8_topp0.95_num100_max300_{}.jsonl.gz"
    programs = {r["prompt"]: r["samples"] for r in _records(folder / name.format("code_solution"))}
    texts = {}
    for record in _records(folder / name.format("test_case")):
        function = re.search(r"# check the correctness of (\w+)", record["prompt"])
        assert function
        texts[function[1]] = record["samples"]
    for line in (folder / "HumanEval_for_code_generation.jsonl").read_text().splitlines():
        task = json.loads(line)
        written = Counter(map(_until_stop, programs[task["prompt"]]))
        tests: Counter[str] = Counter()
        for text in texts[task["entry_point"]]:
            tests.update(_assertions(text, task["entry_point"])[:ASSERTIONS])
        yield task, written, tests


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]


def _until_stop(text: str) -> str:
    return text[: min((place for stop in STOPS if (place := text.find(stop)) >= 0), default=len(text))]


def _assertions(text: str, function: str) -> list[str]:
    """The assertions in what a model wrote after ``assert``; they name the function and can be compiled."""
    parts = [part.strip() for part in text.split("assert ") if function in part]
    return [test for part in parts if _compiles(test := _until_stop(f"assert {part}").strip())]


def _compiles(test: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(test, "<test>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


async def run(sandbox: Sandbox, task: dict[str, Any], programs: Counter[str], tests: Counter[str]) -> Results:
    """Run each distinct program of a problem once."""
    official = f"{task['test']}\ncheck({task['entry_point']})"
    driver = DRIVER.format(
        assertions=list(tests), seconds=SECONDS, hangs=HANGS, official=official, official_seconds=OFFICIAL_SECONDS
    )

    async def letters_of(code: str) -> str:
        program = Program(f"{task['prompt']}{code}\n{driver}", "python")
        outcome = await sandbox.run(program, (), RunOptions(LIMITS))
        letters = outcome.stdout.text.rpartition("\n")[2] if outcome.error is None else ""
        return letters if len(letters) == len(tests) + 1 else "0" * (len(tests) + 1)

    ended = await asyncio.gather(*map(letters_of, programs))
    passed = [[test for test, letter in enumerate(letters[1:]) if letter == "1"] for letters in ended]
    right = [number for number, letters in enumerate(ended) if letters[0] == "1"]
    return Results(task["task_id"], list(programs.values()), list(tests.values()), passed, right)


def stored(path: Path) -> dict[str, Results]:
    """Results that are in a file, by task."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {results.task: results for results in (Results(**json.loads(line)) for line in lines)}


async def measure(data: Path, path: Path, every: int) -> list[Results]:
    """Run what is not in the file yet."""
    known, chosen = stored(path), []
    async with Sandbox() as sandbox:
        for number, (task, programs, tests) in enumerate(problems(data)):
            if number % every:
                continue
            if task["task_id"] not in known:
                known[task["task_id"]] = await run(sandbox, task, programs, tests)
                with path.open("a") as file:
                    file.write(json.dumps(asdict(known[task["task_id"]])) + "\n")
            chosen.append(known[task["task_id"]])
    return chosen


def main() -> None:
    """Measure and print."""
    folder = os.environ.get("SELFDEBUG_DATA")
    if not folder or len(sys.argv) < 2:
        sys.exit("set SELFDEBUG_DATA to the folder with the public data sets, and name a file for the results")
    chosen = asyncio.run(measure(Path(folder), Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
    first, ranked = rates(chosen)
    print(
        f"{len(chosen)} problems: pass@1 {first:.1f} without a selector, {ranked:.1f} with codet"
        f" (published for all 164: {PUBLISHED})"
    )


if __name__ == "__main__":
    main()
