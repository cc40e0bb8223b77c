"""Inputs that tell samples apart: they are run, grouped by their results, and the model says which result is right."""

from __future__ import annotations

import pytest

from selfdebug.applications.reading import UnreadableReplyError, read_answer
from selfdebug.applications.reading.calls import read_calls
from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.execution import Assertion
from selfdebug.messages import Reply
from selfdebug.problem import Program
from tests.loop.conftest import Workshop
from tests.loop.scenarios import HALF, RIGHT_SQUARE, UNTESTED, WRONG_SQUARE
from tests.model_server import Answer, prompt_of
from tests.selection.debugging import select

CUBE = "def square(n):\n    return n ** 3"
ALSO_RIGHT = "def square(n):\n    return n ** 2"
INPUTS = "```python\nsquare(2)\nsquare(0)\nsquare(-1)\n```"


async def test_the_model_says_which_result_is_right(workshop: Workshop) -> None:
    samples = [WRONG_SQUARE, WRONG_SQUARE, CUBE, RIGHT_SQUARE]
    # The wrong one and the right one both give 4 for 2, and all give 0 for 0: on -1 all three differ.
    said = [INPUTS, "The square of -1 is 1.\nAnswer: C", "**Answer: A**"]
    selection, trajectory, requests = await select(workshop, "distinguishing", UNTESTED, samples, said)
    assert selection.chosen == 3
    assert selection.reason == "The model finds its result right on 2 of 2 inputs on which the samples differ."
    assert selection.share == 0.25
    assert [exchange.step for exchange in trajectory.exchanges[4:]] == ["inputs", "result", "result"]
    assert "Write 8 calls of the function `square`" in prompt_of(requests[-3])
    assert "square(-1)\n\nA. -2\nB. -1\nC. 1\nD. none of these\n\n" in prompt_of(requests[-2])
    assert "square(2)\n\nA. 4\nB. 8\nC. none of these\n\n" in prompt_of(requests[-1])


async def test_ties_go_to_the_larger_group_and_then_to_the_earliest_sample(workshop: Workshop) -> None:
    said = [INPUTS, "Answer: B", "Answer: A"]  # one for each
    even = [CUBE, RIGHT_SQUARE]
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, even, said)
    assert selection.chosen == 0
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, [*even, ALSO_RIGHT], said)
    assert selection.chosen == 1
    assert selection.reason.startswith("The model finds its result right on 1 of 2 inputs")


@pytest.mark.parametrize(
    ("said", "matter"),
    [
        (["Answer: C", "Answer: C"], "found none of the results right"),
        (["Hm.", Answer(refusal="No.")], "did not say which results are right"),
        (["Answer: Z", ""], "did not say which results are right"),
    ],
)
async def test_without_an_answer_the_largest_group_wins(
    workshop: Workshop, said: list[str | Answer], matter: str
) -> None:
    samples = [CUBE, RIGHT_SQUARE, ALSO_RIGHT]
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, samples, [INPUTS, *said])
    assert selection.chosen == 1
    assert selection.reason == f"2 of 3 samples give its results on 3 inputs; the model {matter}."


async def test_an_answer_that_cannot_be_read_leaves_the_others(workshop: Workshop) -> None:
    said = [INPUTS, "Hm.", "Answer: B"]
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, [CUBE, RIGHT_SQUARE], said)
    assert selection.chosen == 1
    assert selection.reason == "The model finds its result right on 1 of 1 input on which the samples differ."


async def test_where_nothing_differs_it_says_so(workshop: Workshop) -> None:
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, [RIGHT_SQUARE, ALSO_RIGHT], [INPUTS])
    assert selection.chosen == 0
    cause = "the samples do not differ on 3 inputs that the model wrote"
    assert selection.reason == f"Majority vote, since {cause}: 2 of 2 samples give its result."


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("square of two", "the reply held no call of square with plain values"),
        ("```python\ncube(2)\nsquare(x)\n```", "the reply held no call of square with plain values"),
        ("", "the reply was empty"),
    ],
)
async def test_without_inputs_the_majority_decides(workshop: Workshop, said: str, cause: str) -> None:
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, [CUBE, RIGHT_SQUARE], [said])
    assert selection.chosen == 0
    assert selection.reason.startswith(f"Majority vote, since {cause}: ")


async def test_budgets(workshop: Workshop) -> None:
    samples = [CUBE, RIGHT_SQUARE, ALSO_RIGHT]
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, samples, max_calls=3)
    assert selection.reason.startswith("Majority vote, since 3 calls were allowed: ")
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, samples, [INPUTS], max_calls=4)
    assert selection.chosen == 1
    assert selection.reason.endswith("the model did not say which results are right.")


async def test_errors_and_ends_are_results_too(workshop: Workshop) -> None:
    raises = "def square(n):\n    if n < 0:\n        raise ValueError('negative')\n    return n * n"
    ends = "import os\n\ndef square(n):\n    return os._exit(1) if n < 0 else n * n"
    nothing = "def square(n):\n    return None if n < 0 else n * n"
    said = [INPUTS, "Answer: A"]
    _, _, requests = await select(workshop, "distinguishing", UNTESTED, [raises, ends, nothing], said)
    assert "A. an error: ValueError: negative" in prompt_of(requests[-1])
    assert "\nB. no result: killed\nC. None\nD. none of these" in prompt_of(requests[-1])


async def test_huge_results_are_shown_in_part_and_not_asked_about_where_they_look_alike(workshop: Workshop) -> None:
    huge = "def square(n):\n    print('x' * 10 ** 6)\n    return [n] * 10 ** 5 + [{}] + [n] * 10 ** 5"
    selection, _, requests = await select(
        workshop, "distinguishing", UNTESTED, [huge.format(1), RIGHT_SQUARE], [INPUTS, *["Answer: B"] * 3]
    )
    assert selection.chosen == 1
    assert len(prompt_of(requests[-1])) < 1500
    middle = "def square(n):\n    return [n] * 300 + [{}] + [n] * 300"
    samples = [middle.format(1), middle.format(2)]
    selection, _, _ = await select(workshop, "distinguishing", UNTESTED, samples, [INPUTS])
    assert (
        selection.reason
        == "1 of 2 samples give its results on 3 inputs; the model did not say which results are right."
    )


async def test_only_samples_that_pass_the_shown_tests_take_part(workshop: Workshop) -> None:
    shown = TextToPythonProblem(UNTESTED.request, (Assertion("assert square(2) == 4"),))
    samples = [CUBE, WRONG_SQUARE, RIGHT_SQUARE]
    said = ["square(3)", "Answer: B"]
    selection, _, requests = await select(workshop, "distinguishing", shown, samples, said)
    assert selection.chosen == 2
    assert "A. 6\nB. 9\nC. none of these" in prompt_of(requests[-1])
    selection, _, _ = await select(workshop, "distinguishing", shown, [CUBE, RIGHT_SQUARE])
    assert selection.reason == "1 of 2 samples give its result."


async def test_translations_are_called_with_the_sources_types(workshop: Workshop) -> None:
    problem = TranslationProblem(HALF.source, "python", (), "half")
    samples = ["def half(n):\n    return n // 2", "def half(n):\n    return int(n / 2)"]
    said = ["```python\nhalf(4)\nhalf(-3)\nhalf(n=1)\n```", "Towards zero.\nAnswer: B"]
    selection, _, requests = await select(workshop, "distinguishing", problem, samples, said)
    assert selection.chosen == 1
    assert "half(-3)\n\nA. -2\nB. -1\nC. none of these" in prompt_of(requests[-1])
    assert prompt_of(requests[-1]).startswith("Source program, in C++:")


async def test_translations_to_other_languages(workshop: Workshop) -> None:
    source = Program("def half(n: int) -> int:\n    return n // 2", "python")
    problem = TranslationProblem(source, "javascript", (), "half")
    samples = [f"```javascript\nfunction half(n) {{ return {how}; }}\n```" for how in ("n >> 1", "Math.trunc(n / 2)")]
    said = ["half(4)\nhalf(-3)\nhalf('x', 2)\nhalf(1j)", "Answer: A"]
    selection, _, requests = await select(workshop, "distinguishing", problem, samples, said)
    assert selection.chosen == 0
    assert "half(-3)\n\nA. -2\nB. -1\nC. none of these" in prompt_of(requests[-1])


async def test_queries_are_left_to_the_majority(workshop: Workshop) -> None:
    question = TextToSqlProblem("Which products are there? Give their names.", workshop.shop)
    queries = [f"```sql\nSELECT name FROM product{end}\n```" for end in ("", " WHERE id = 1")]
    selection, _, _ = await select(workshop, "distinguishing", question, queries)
    assert selection.reason.startswith("Majority vote, since this problem asks for no function: ")


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("f(1)\nf(1)\nf( 2 )", ["f(1)", "f(2)"]),
        ("1. `f([1, -2], {'a': (None, True)})`\n- f('')", ["f([1, -2], {'a': (None, True)})", "f('')"]),
        ("f(1, key=2)", ["f(1, key=2)"]),
        (
            "f(...)\nf(b'x')\nf(1j)\nf(x)\nf(*[1])\nf(**{'a': 1})\nf([n for n in [1]])\nf(1) == 2\ng(1)\nf\nf(3)",
            ["f(3)"],
        ),
        ("f(" + "9" * 501 + ")\nf(" + "[" * 200 + "]" * 200 + ")\nf(3)", ["f(3)"]),
    ],
)
def test_reading_calls(text: str, calls: list[str]) -> None:
    assert [str(call) for call in read_calls(Reply(text), "f", allows_names=True)] == calls


def test_arguments_by_name_are_pythons_alone() -> None:
    with pytest.raises(UnreadableReplyError):
        read_calls(Reply("f(key=2)"), "f", allows_names=False)


def test_no_more_than_twenty_calls_are_read() -> None:
    assert len(read_calls(Reply("\n".join(f"f({n})" for n in range(30))), "f", allows_names=True)) == 20


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("Answer: B", "B"), ("It is 4.\n\n**Answer: b**", "B"), ("Answer: A is wrong.\nAnswer: B", "B"), ("B", "B"),
        ("(C)", "C"), ("Answer: `C`.", "C"), ("Answer: D", None), ("A or B", None), ("Both.\nB", None), ("", None),
        ("Answer: All", None), ("The answer: B is it", None),
    ],
)  # fmt: skip
def test_reading_letters(text: str, letter: str | None) -> None:
    if letter is None:
        with pytest.raises(UnreadableReplyError):
            read_answer(Reply(text), ["A", "B", "C"])
    else:
        assert read_answer(Reply(text), ["A", "B", "C"]) == letter
