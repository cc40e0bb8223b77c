"""HumanEval-X (Zheng et al., 2023): HumanEval by hand in six languages; here translation from any of them to any other.

The verdict is that of the official evaluator: the test, compiled with the program, ends without an error, in
JavaScript without a word, as a failed ``console.assert`` only writes. What differs: ten seconds of processor time for
the run instead of five of wall time for everything, C++17 instead of C++11, a few lines of Go in place of the library
testify (the tests use its ``Equal`` alone), and Rust without crates.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from selfdebug.applications.translation import TranslationProblem
from selfdebug.benchmarks.benchmark import Benchmark, DataError, Task, UnknownBenchmarkError
from selfdebug.benchmarks.programs.scoring import TestedReference, TestsScorer
from selfdebug.benchmarks.records import Record, records
from selfdebug.execution import Assertion, Driver, Limits, Sandbox, SignatureError, UnitTest
from selfdebug.execution.calls import Signature, read_signature
from selfdebug.languages import LANGUAGES, find_language
from selfdebug.problem import Program

DEFAULT = "cpp-python"

_FILES = {"cpp": "cpp", "go": "go", "java": "java", "javascript": "js", "python": "python", "rust": "rust"}
_LIMITS = Limits(cpu_seconds=10)

# What the official evaluator puts before every program.
_PYTHON = (
    "import collections, copy, datetime, functools, hashlib, heapq, itertools, math, re, statistics, string, sys\n"
    "from collections import *\nfrom typing import *\n"
)
_HEADERS_OF_CPP = "algorithm climits cstring iostream math.h stdio.h stdlib.h string vector"
_CPP = "".join(f"#include <{name}>\n" for name in _HEADERS_OF_CPP.split()) + '#line 1 "program.cpp"\n'

# testify's `assert.Equal`, which is all that the tests use of it.
_GO_ASSERT = """
import (
    "bytes"
    "reflect"
    "testing"
)

type selfdebugAssert struct{ test *testing.T }

var assert selfdebugAssert

func (selfdebugAssert) New(test *testing.T) selfdebugAssert { return selfdebugAssert{test} }

func (a selfdebugAssert) Equal(expected, actual interface{}, message ...interface{}) bool {
    equal := reflect.DeepEqual(expected, actual)
    if wanted, isBytes := expected.([]byte); isBytes {
        given, alsoBytes := actual.([]byte)
        equal = alsoBytes && (wanted == nil) == (given == nil) && bytes.Equal(wanted, given)
    }
    if !equal {
        a.test.Errorf("should be %#v: gave %#v", expected, actual)
    }
    return equal
}
"""

# Crates that Rust's declarations import, nearly all without using them.
_CRATE = re.compile(r"^[ \t]*use[ \t]+(?:rand|regex|md5)\b[^;]*;", re.M)
_NEEDS_CRATE = re.compile(r"\b(?:rand|regex|md5)::|\bRegex\b")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
_HEADERS = ("/usr/include", "/usr/local/include")


def open_benchmark(data: Path, variant: str) -> Benchmark:
    """Open HumanEval-X.

    Args:
        data: the data folder.
        variant: ``FROM-TO``, two different languages; C++ to Python if it is empty.

    Raises:
        UnknownBenchmarkError: there is no such pair.
    """
    source, target = _pair(variant or DEFAULT)
    files = tuple(data / "humaneval_x" / f"humaneval_{_FILES[name]}.jsonl.gz" for name in (source, target))

    def read() -> Iterator[Task]:
        pairs = zip_longest(records(files[0]), records(files[1]))
        return (_task(index, *pair, source, target, files) for index, pair in enumerate(pairs))

    return Benchmark(
        name=f"humaneval-x:{source}-{target}",
        title=f"HumanEval-X ({LANGUAGES[source].title} to {LANGUAGES[target].title})",
        applications=("translation",),
        files=files,
        read_tasks=read,
        open_scorer=functools.partial(_scorer, target),
        metrics=TestsScorer.metrics,
        notes=_notes(target),
        shown=(
            "The model is shown no test."
            if target == "rust"
            else "The model may be shown the test of the docstring's examples, in feedback that includes tests.",
        ),
    )  # fmt: skip


def _pair(variant: str) -> tuple[str, str]:
    try:
        source, target = (find_language(name).name for name in variant.split("-"))
    except ValueError:
        source = target = ""
    if source == target or not {source, target} <= _FILES.keys():
        raise UnknownBenchmarkError(
            f"There is no benchmark 'humaneval-x:{variant}': name two of {', '.join(_FILES)},"
            f" as in humaneval-x:{DEFAULT}."
        )
    return source, target


def _notes(target: str) -> tuple[str, ...]:
    hidden = "Hidden tests decide the score."
    if target == "python":
        return (hidden,)
    beside = "Tests run beside the program, which could decide its verdict."
    crates = ("Programs cannot use crates: rand, regex and md5 are not there.",) if target == "rust" else ()
    return hidden, beside, *crates


def _scorer(target: str, sandbox: Sandbox) -> TestsScorer:
    for tool in LANGUAGES[target].tools:
        LANGUAGES[target].tool(tool)  # raises with its remedy before any work
    return TestsScorer(sandbox)


def _task(
    index: int, given_record: Record | None, wanted_record: Record | None, source: str, target: str,
    files: tuple[Path, ...],
) -> Task:  # fmt: skip
    if given_record is None or wanted_record is None or _number(given_record) != _number(wanted_record):
        raise DataError(f"{files[0]} and {files[1]} do not hold the same tasks: get them again.")
    declaration, test = _declaration(wanted_record, target), wanted_record.text("test")
    entry_point = _entry_point(declaration, test, target) or _entry_point(
        declaration + wanted_record.text("canonical_solution"), test, target
    )  # of one task, only a helper is declared
    if not entry_point:
        raise DataError(f"{wanted_record.place}: 'declaration' does not declare what 'test' calls.")
    shown = wanted_record.fields.get("example_test")
    has_example = isinstance(shown, str) and shown.strip() not in ("", "None")
    tests = (_test(wanted_record, str(shown), target),) if has_example else ()
    given = _program(given_record, source)
    # Without a test, a signature says which function must compile.
    signature = None if tests else _signature(given, given_record.text("test"), entry_point)
    prelude = {"python": _PYTHON, "cpp": _CPP}.get(target, "")
    return Task(
        index=index,
        id=f"HumanEval-X/{_number(given_record)}:{source}-{target}",
        problem=TranslationProblem(
            given, target, tests, entry_point=entry_point, declaration=declaration, signature=signature
        ),
        reference=TestedReference(
            _program(wanted_record, target), (_test(wanted_record, test, target),), prelude=prelude, limits=_LIMITS,
            adapt=functools.partial(_CRATE.sub, "") if target == "rust" else None, quiet=target == "javascript",
        ),
        missing=_missing(declaration, test, target),
    )  # fmt: skip


def _number(record: Record) -> str:
    return record.text("task_id").rpartition("/")[2]


def _declaration(record: Record, language: str) -> str:
    """How a record begins a program, without its description."""
    declaration = record.text("declaration")
    if language == "go":  # the field lacks functions that come before and that tests call
        declaration = record.text("prompt").replace(record.text("import"), "", 1)
        return declaration.replace(record.text("docstring"), "", 1)
    if language == "python":
        return re.sub(r'\n\s*"\s*$', "\n", declaration)  # of one, a quote was left of its docstring
    if language == "cpp":  # of one, a part of the solution follows
        heads = list(re.finditer(_DECLARED["cpp"] + r"[^{]*\{", declaration, re.M))
        return declaration[: heads[-1].end()] + "\n" if heads else declaration
    return _CRATE.sub("", declaration) if language == "rust" else declaration


def _program(record: Record, language: str) -> Program:
    imports = record.text("import") if language == "go" else ""  # only Go's declarations lack theirs
    return Program(imports + _declaration(record, language) + record.text("canonical_solution"), language)


_DECLARED = {
    "cpp": r"^\w[^\n=;#(]*?(\w+)\s*\(",
    "go": r"\bfunc\s+(\w+)",
    "java": r"(\w+)\s*\(",
    "javascript": r"\bconst\s+(\w+)\s*=",
    "python": r"^def\s+(\w+)",
    "rust": r"\bfn\s+(\w+)",
}


def _entry_point(code: str, test: str, language: str) -> str:
    """The last function that code declares, if the test calls it."""
    names = re.findall(_DECLARED[language], code, re.M)
    return names[-1] if names and re.search(rf"\b{names[-1]}\b", test) else ""


def _signature(given: Program, test: str, name: str) -> Signature | None:
    """The signature of a source, by the name that its translation must have."""
    own = _entry_point(given.code, test, given.language)
    try:
        return replace(read_signature(given.code, given.language, own or None), name=name)
    except SignatureError:
        return None


def _test(record: Record, test: str, language: str) -> UnitTest:
    """A test that needs nothing but the program: with what it imports itself."""
    if language == "python":
        return Assertion(test)
    if language == "go":
        setup = re.sub(r'^\s*"[^"\n]*testify[^"\n]*"\s*$', "", record.text("test_setup"), flags=re.M)
        return Driver(f"{setup}\n{_GO_ASSERT}\n{test}")
    if language == "cpp":  # what a test relies on the program for, which may have been written another way
        kept = re.findall(r"^\s*(?:#\s*include\b.*|using\s+namespace\b.*;)", record.text("declaration"), re.M)
        return Driver("\n".join([*kept, test]))
    if language == "java":
        return Driver(f"import java.util.*;\n{test}")
    if language == "rust":
        names = [n for n in ("HashMap", "HashSet") if re.search(rf"\b{n}\b", test)]
        uses = f" use std::collections::{{{', '.join(names)}}};" if names else ""
        return Driver(test.replace("use super::*;", f"use super::*;{uses}", 1))
    return Driver(test)


def _missing(declaration: str, test: str, target: str) -> str:
    """Why no program can pass a task's test here."""
    if target == "rust" and _NEEDS_CRATE.search(_COMMENT.sub("", declaration + test)):
        return "its test or its declaration needs a crate"
    if target != "cpp":
        return ""
    if "openssl" in declaration:
        return "it must be linked with OpenSSL"
    for header in re.findall(r"#\s*include\s*<(boost/[^>]+)>", declaration):
        if not any(Path(folder, header).is_file() for folder in _HEADERS):
            return f"it needs {header}: apt-get install libboost-dev"
    return ""
