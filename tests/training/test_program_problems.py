"""Generated functions and translations: right, apart from held-out ones, tested well, explained correctly."""

from __future__ import annotations

import ast
import itertools
import random
import re
import shutil
from collections.abc import Callable, Iterator

import pytest

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.translation import TranslationProblem
from training import program_testing, python_problems, translation_problems
from training.lesson import Lesson, is_held_out
from training.program_explaining import differences, explain, failing_sentence, judge
from training.program_names import HELD_OUT, TRAINING, NamePool, Names
from training.program_testing import changed_code, skeleton_of, telling_tests
from training.python_parts import condition
from training.python_sources import source

Generator = Callable[[int, bool], Iterator[Lesson]]
GENERATORS: dict[str, Generator] = {"python": python_problems.lessons, "translation": translation_problems.lessons}


def drawn(kind: str, held_out: bool, count: int, seed: int = 7) -> list[Lesson]:
    return list(itertools.islice(GENERATORS[kind](seed, held_out), count))


@pytest.fixture(scope="module", params=sorted(GENERATORS))
def both(request: pytest.FixtureRequest) -> tuple[list[Lesson], list[Lesson]]:
    """Lessons of one kind: for training and held out."""
    return drawn(request.param, False, 1000), drawn(request.param, True, 150)


def passes(code: str, lesson: Lesson) -> bool:
    head = ast.parse(code).body[0]
    assert isinstance(head, ast.FunctionDef)
    return program_testing.passes(code, head.name, lesson.tests)


def words_of(lesson: Lesson) -> set[str]:
    """Names of the function and its parameters, and words in what tests call it with."""
    function = ast.parse(lesson.program.code).body[0]
    assert isinstance(function, ast.FunctionDef)
    words = {function.name, *(argument.arg for argument in function.args.args)}
    for test in lesson.tests:
        for node in ast.walk(ast.parse(test.code).body[0].test.left):  # type: ignore[attr-defined]
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.update(word.lower() for word in re.findall("[A-Za-z]{3,}", node.value))
    return words


def variables_of(lesson: Lesson) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(lesson.program.code)) if isinstance(node, ast.Name)}


def test_held_out_shapes_are_no_training_shapes(both: tuple[list[Lesson], list[Lesson]]) -> None:
    training, held_out = both
    assert not any(is_held_out(lesson.skeleton) for lesson in training)
    assert all(is_held_out(lesson.skeleton) for lesson in held_out)


def test_a_skeleton_is_that_of_the_program(both: tuple[list[Lesson], list[Lesson]]) -> None:
    for lesson in itertools.chain(*both):
        assert lesson.skeleton == skeleton_of(ast.parse(lesson.program.code))


def test_a_skeleton_has_neither_names_nor_constants() -> None:
    one = skeleton_of(ast.parse("def f(a):\n    b = 1\n    return a + b"))
    assert one == skeleton_of(ast.parse("def g(x):\n    y = 7\n    return x + y"))
    assert one != skeleton_of(ast.parse("def g(x):\n    y = 7\n    return y + x"))
    assert one != skeleton_of(ast.parse("def g(x):\n    y = 7\n    return x - y"))


@pytest.mark.parametrize("field", NamePool.__slots__)
def test_name_pools_are_disjoint(field: str) -> None:
    everywhere = {name for other in NamePool.__slots__ for name in getattr(TRAINING, other)}
    assert not everywhere & set(getattr(HELD_OUT, field))


def test_held_out_names_and_words_are_not_in_training(both: tuple[list[Lesson], list[Lesson]]) -> None:
    training, held_out = (set().union(*map(words_of, lessons)) for lessons in both)
    assert not training & held_out


def test_variables_of_held_out_translations_are_not_in_training() -> None:
    training, held_out = (set().union(*map(variables_of, drawn("translation", side, 150))) for side in (False, True))
    assert training & held_out <= {"range", "len", "int", "max", "min", "abs", "ord", "chr", "list"}


def test_right_programs_pass_their_six_tests(both: tuple[list[Lesson], list[Lesson]]) -> None:
    for lesson in itertools.chain(*both):
        assert len({test.code for test in lesson.tests}) == 6
        assert passes(lesson.program.code, lesson), lesson


def test_what_the_model_is_shown(both: tuple[list[Lesson], list[Lesson]]) -> None:
    for lesson in itertools.chain(*both):
        problem = lesson.problem
        if isinstance(problem, TextToPythonProblem):
            assert problem.tests == lesson.tests[:1]
        else:
            assert isinstance(problem, TranslationProblem)
            assert problem.tests == lesson.tests
            assert lesson.program.code.startswith(f"def {problem.entry_point}(")


def test_tests_catch_most_nearly_right_programs(both: tuple[list[Lesson], list[Lesson]]) -> None:
    rng = random.Random(3)
    loops = [lesson for lesson in both[0] if "while" not in lesson.program.code][:400]
    caught = [not passes(changed_code(lesson.program.code, rng), lesson) for lesson in loops]
    assert sum(caught) / len(caught) > 0.85


def test_half_of_the_problems_leave_something_open(both: tuple[list[Lesson], list[Lesson]]) -> None:
    for lessons in both:
        assert 0.4 < sum(lesson.open for lesson in lessons) / len(lessons) < 0.6


def test_the_shown_test_decides_what_words_leave_open() -> None:
    program = "def f(values):\n    return [value for value in values if value {} 3]\n"
    above, from_, below = (ast.parse(program.format(sign)) for sign in (">", ">=", "<"))
    rng = random.Random(1)
    for _ in range(20):
        tests = telling_tests(above, "f", lambda n: ([rng.randint(2, 4) for _ in range(n % 6)],), rng, [from_, below])
        assert tests
        assert program_testing.passes(program.format(">"), "f", tests)
        assert not any(program_testing.passes(program.format(sign), "f", tests[:1]) for sign in (">=", "<"))


def test_words_that_leave_something_open_say_what_else_they_could_mean() -> None:
    rng = random.Random(1)
    found = [condition(rng, Names(rng, False), source(rng, Names(rng, False)), 2) for _ in range(300)]
    for each in found:
        assert each.code not in each.others
        assert len(set(each.others)) == len(each.others)
    assert {len(each.others) for each in found} == {0, 1, 3}


def test_python_rounds_as_it_does_unless_a_test_needs_more(both: tuple[list[Lesson], list[Lesson]]) -> None:
    exact = [lesson for lesson in both[0] if re.search(r"int\(.* / ", lesson.program.code)]
    for lesson in exact:
        simple = re.sub(r"int\((\w+) / (\d+)\)", r"\1 // \2", lesson.program.code)
        assert lesson.open
        assert simple == lesson.program.code or not passes(simple, lesson)


@pytest.mark.parametrize("kind", sorted(GENERATORS))
def test_a_seed_gives_the_same_lessons(kind: str) -> None:
    assert drawn(kind, True, 20) == drawn(kind, True, 20)
    assert drawn(kind, True, 20) != drawn(kind, True, 20, seed=8)


@pytest.mark.parametrize("kind", sorted(GENERATORS))
def test_all_difficulties_occur(kind: str) -> None:
    found = [lesson.difficulty for lesson in drawn(kind, False, 400)]
    assert all(found.count(difficulty) > 50 for difficulty in (1, 2, 3))


def test_compiled_sources_give_what_tests_expect() -> None:
    if not shutil.which("g++"):
        pytest.skip("needs g++ to run C++ sources")
    lessons = drawn("translation", True, 60)
    assert translation_problems.compiled_values(lessons) == list(map(translation_problems.expected_values, lessons))


def test_an_explanation_says_that_a_right_program_is_right(both: tuple[list[Lesson], list[Lesson]]) -> None:
    for lesson in both[1]:
        last = explain(lesson, lesson.program.code).splitlines()[-1]
        assert last in ("This is what the request asks for.", "They give the same.")
        assert explain(lesson, "def f(): pass", right=True).splitlines()[-1] == last


def test_an_explanation_names_the_line_that_is_wrong(both: tuple[list[Lesson], list[Lesson]]) -> None:
    for lesson in both[1]:
        lines = lesson.program.code.splitlines()
        number = next(i for i, line in enumerate(lines) if line.strip().startswith(("for", "while")))
        right = lines[number].strip()
        lines[number] = "    for wrong in nothing:"
        assert explain(lesson, "\n".join(lines)).splitlines()[-1] == f"Line {number + 1} should be `{right}`."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("a\nc\n", ["After line 1 `b` is missing."]),
        ("a\nb\nx\nc\n", ["Line 3 is too many."]),
        ("a\n    b\nc\n", ["Line 2 should be indented by 0 spaces."]),
        ("a\nx\nc\n", ["Line 2 should be `b`."]),
        ("", ["After line 0 `a` is missing.", "After line 0 `b` is missing.", "After line 0 `c` is missing."]),
    ],
)
def test_differences_are_corrections_of_lines(code: str, said: list[str]) -> None:
    assert differences(code, "a\nb\nc\n") == said


@pytest.mark.parametrize("kind", sorted(GENERATORS))
@pytest.mark.parametrize(
    "code", ["", "def f(:\n  x", "class A: pass", "def f(x):\n\treturn [\n 1]", "x = 1; y = 2", "\0"]
)
def test_any_text_can_be_explained(kind: str, code: str) -> None:
    lesson = drawn(kind, False, 1)[0]
    assert explain(lesson, code)
    assert judge(lesson, code, right=False).endswith("\nVerdict: wrong")


def test_judgements_end_with_a_verdict(both: tuple[list[Lesson], list[Lesson]]) -> None:
    lesson = both[0][0]
    sentence = failing_sentence(lesson, "f([1, -2])", "3", "1")
    assert judge(lesson, lesson.program.code, True).splitlines()[-1] == "Verdict: correct"
    assert judge(lesson, "x", False, sentence) == f"{sentence}\nVerdict: wrong"
