"""Programs and tests of the public benchmarks get the verdicts that are known for them."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from selfdebug.execution import Assertion, Driver, Limits, Sandbox
from selfdebug.execution.languages import LANGUAGES
from selfdebug.outcome import Outcome
from tests.needs import skip_or_fail

# The modules that the known verdicts were made with.
PRELUDE = "from typing import *\nimport math\nfrom heapq import *\nimport itertools, re, typing, heapq\n_str = str\n"


def records(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        skip_or_fail(f"{path} is not in the data folder")
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return [json.loads(line) for line in text.split("\n") if line]  # not splitlines: programs hold odd separators


def mbpp_tests(data: Path) -> dict[str, tuple[list[str], str]]:
    return {f"MBPP/{t['task_id']}": (t["test_list"], t["test_setup_code"]) for t in records(data / "mbpp/mbpp.jsonl")}


def transcoder_tests(data: Path) -> dict[str, tuple[list[str], str]]:
    return {t["task_id"]: (t["tests"], "") for t in records(data / "transcoder/transcoder_cpp_python.jsonl")}


async def verdicts(sandbox: Sandbox, jobs: list[tuple[str, list[str], str]]) -> list[Outcome]:
    async def one(program: str, tests: list[str], setup: str) -> Outcome:
        return await sandbox.run(program, [Assertion(t) for t in tests], setup=setup, prelude=PRELUDE)

    return await asyncio.gather(*(one(*job) for job in jobs))


@pytest.mark.parametrize(("benchmark", "programs"), [("mbpp", 250), ("transcoder", 280)])
async def test_programs_of_a_model_get_the_official_verdict(
    sandbox: Sandbox, data: Path, benchmark: str, programs: int
) -> None:
    tests = mbpp_tests(data) if benchmark == "mbpp" else transcoder_tests(data)
    known = [r for path in sorted((data / benchmark / "programs").glob("*.jsonl")) for r in records(path)]
    assert len(known) == programs
    outcomes = await verdicts(sandbox, [(r["solution"], *tests[r["task_id"]]) for r in known])
    differences = [r["task_id"] for r, o in zip(known, outcomes, strict=True) if o.passed != r["passed"]]
    assert differences == []
    assert all(outcome.protected for outcome in outcomes)


async def test_references_of_mbpp_pass_their_own_tests(sandbox: Sandbox, data: Path) -> None:
    tasks = records(data / "mbpp/mbpp.jsonl")
    jobs = [(t["code"], t["test_list"], t["test_setup_code"]) for t in tasks]
    outcomes = await verdicts(sandbox, jobs)
    assert len(tasks) == 974
    assert [t["task_id"] for t, o in zip(tasks, outcomes, strict=True) if not o.passed] == []


async def test_references_of_transcoder_pass_where_they_agree_with_the_source(sandbox: Sandbox, data: Path) -> None:
    tasks = records(data / "transcoder/transcoder_cpp_python.jsonl")
    more = "import sys, collections\n"
    outcomes = await verdicts(sandbox, [(more + t["reference"], t["tests"], "") for t in tasks])
    assert len(tasks) == 560
    assert sum(outcome.passed for outcome in outcomes) == 534  # the others differ in overflow or rounding


async def test_references_of_humaneval_pass(sandbox: Sandbox, data: Path) -> None:
    tasks = records(data / "humaneval/HumanEval.jsonl.gz")
    jobs = [(t["prompt"] + t["canonical_solution"], [f"{t['test']}\ncheck({t['entry_point']})"], "") for t in tasks]
    outcomes = await verdicts(sandbox, jobs)
    assert [t["task_id"] for t, o in zip(tasks, outcomes, strict=True) if not o.passed] == []
    assert all(outcome.protected for outcome in outcomes)


@pytest.mark.parametrize(
    ("language", "short"), [("cpp", "cpp"), ("java", "java"), ("javascript", "js"), ("rust", "rust")]
)
async def test_references_of_humaneval_x_pass_with_their_drivers(data: Path, language: str, short: str) -> None:
    if LANGUAGES[language].missing():
        skip_or_fail(f"{LANGUAGES[language].title} is not installed: apt-get install {LANGUAGES[language].package}")
    tasks = records(data / f"humaneval_x/humaneval_{short}.jsonl.gz")[:40]

    def program(task: dict[str, Any]) -> str:
        if language == "rust":  # crates that all but one of them import and do not use
            return (
                "fn main() {}\n"
                + re.sub(r"use (rand::Rng|regex::Regex|md5);", "", task["declaration"])
                + task["canonical_solution"]
            )
        return str(task["prompt"] + task["canonical_solution"])

    async with Sandbox(workers=2) as own:
        outcomes = await asyncio.gather(
            *(own.run(program(t), [Driver(t["test"])], language=language, limits=Limits(cpu_seconds=20)) for t in tasks)
        )
    failed = [t["task_id"] for t, o in zip(tasks, outcomes, strict=True) if not o.passed]
    # These want libraries beyond the standard one: Boost, and the crate rand.
    assert set(failed) <= {"CPP/22", "Rust/38"}
