"""Endless C++ functions with right Python translations and tests, from one tree each.

See `translation_tree` for how the Python text keeps the meaning of C++. `compiled_values` checks it with a compiler.
"""

from __future__ import annotations

import ast
import random
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from selfdebug.applications.translation import TranslationProblem
from selfdebug.problem import Program
from training.lesson import Lesson, is_held_out
from training.program_names import Names
from training.program_testing import passes, skeleton_of, telling_tests
from training.translation_blocks import Composer
from training.translation_tree import plain
from training.translation_writing import to_cpp, to_python

DIFFICULTIES = {1: 35, 2: 40, 3: 25}
"""The mix of difficulties, in percent."""

OPEN = 0.5
"""Share of the functions whose rounding depends on whether arguments are negative, which only the tests tell."""

_LONGEST = 14
"""Lines of a C++ function."""


def lessons(seed: int, held_out: bool) -> Iterator[Lesson]:
    """Functions to translate, without end.

    Args:
        seed: of all chance; equal seeds give equal lessons.
        held_out: whether to give held-out problems, or those for training.
    """
    rng = random.Random(f"translation {seed} {held_out}")
    while True:
        difficulty = rng.choices(tuple(DIFFICULTIES), weights=tuple(DIFFICULTIES.values()))[0]
        open_ = rng.random() < OPEN
        while not (lesson := _lesson(rng, held_out, difficulty, open_)):
            pass
        yield lesson


def _lesson(rng: random.Random, held_out: bool, difficulty: int, open_: bool) -> Lesson | None:
    """A lesson, if the one that was drawn is as wanted, belongs to this side and can be tested well."""
    composer = Composer(rng, Names(rng, held_out), difficulty)
    function = composer.function()
    if min(max(composer.parts, 1), 3) != difficulty:
        return None
    exact, simple = to_python(function), to_python(plain(function))
    source = to_cpp(function)
    if (exact != simple) != open_ or source.count("\n") > _LONGEST:
        return None
    tests = telling_tests(ast.parse(exact), function.name, lambda n: tuple(draw(n) for draw in composer.draws), rng)
    if tests is None:
        return None
    code = simple if passes(simple, function.name, tests) else exact
    skeleton = skeleton_of(ast.parse(code))
    if is_held_out(skeleton) != held_out:
        return None
    problem = TranslationProblem(Program(source, "cpp"), "python", tests, entry_point=function.name)
    return Lesson(problem, Program(code, "python"), skeleton, difficulty, tests, open=open_)


_HEAD = """
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>
void show(int value) { std::cout << value; }
void show(bool value) { std::cout << (value ? "True" : "False"); }
void show(const std::string& value) { std::cout << "'" << value << "'"; }
void show(const std::vector<int>& values) {
    std::cout << "[";
    for (size_t i = 0; i < values.size(); i++) {
        if (i) std::cout << ", ";
        std::cout << values[i];
    }
    std::cout << "]";
}
"""


def compiled_values(lessons: Sequence[Lesson]) -> list[list[object]]:
    """What the C++ functions give in their tests, of each lesson in order; all are compiled together.

    Raises:
        subprocess.CalledProcessError: a function does not compile, or leaves what C++ defines.
        FileNotFoundError: there is no g++.
    """
    parts, calls = [_HEAD], []
    for number, lesson in enumerate(lessons):
        assert isinstance(lesson.problem, TranslationProblem)
        parts.append(f"namespace lesson_{number} {{\n{lesson.problem.source.code}}}\n")
        shown = (f"show(lesson_{number}::{_cpp_call(test.code)})" for test in lesson.tests)
        calls.extend(f"    {call}; std::cout << std::endl;" for call in shown)
    parts.append("int main() {\n" + "\n".join(calls) + "\n}\n")
    lines = iter(_run("".join(parts)).splitlines())
    return [[ast.literal_eval(next(lines)) for _ in lesson.tests] for lesson in lessons]


def expected_values(lesson: Lesson) -> list[object]:
    """What the tests of a lesson say that the function gives."""
    return [_expected(test.code) for test in lesson.tests]


def _expected(code: str) -> Any:
    compare = ast.parse(code).body[0].test  # type: ignore[attr-defined]
    return ast.literal_eval(compare.comparators[0])


def _cpp_call(code: str) -> str:
    """The call of a test, in C++. Lists and texts need their types, because an empty one could be of any."""
    call = ast.parse(code).body[0].test.left  # type: ignore[attr-defined]
    return f"{call.func.id}({', '.join(_cpp_value(ast.literal_eval(argument)) for argument in call.args)})"


def _cpp_value(value: Any) -> str:
    if isinstance(value, list):
        return "std::vector<int>{" + ", ".join(map(str, value)) + "}"
    return f'std::string("{value}")' if isinstance(value, str) else str(value)


def _run(source: str) -> str:
    """Compiles and runs a program, with all checks that the compiler has."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lessons.cpp"
        path.write_text(source)
        checks = ["-D_GLIBCXX_ASSERTIONS", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
        command = ["g++", "-std=c++17", "-O0", *checks, "-o", f"{folder}/lessons", str(path)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return subprocess.run([f"{folder}/lessons"], check=True, capture_output=True, text=True).stdout
