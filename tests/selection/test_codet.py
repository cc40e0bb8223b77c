"""CodeT: assertions are ballots, what cannot be read is left out, and where there are none a vote decides."""

from __future__ import annotations

from collections import Counter

import pytest

from selfdebug.applications.reading import UnreadableReplyError
from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.messages import Reply
from selfdebug.problem import Program
from selfdebug.selection.codet import read_assertions
from selfdebug.trajectory import Ending
from tests.loop.conftest import Workshop
from tests.loop.scenarios import HALF, RIGHT_SQUARE, SQUARE, UNTESTED, WRONG_SQUARE
from tests.model_server import Answer, prompt_of
from tests.selection.debugging import select

CUBE = "def square(n):\n    return n ** 3"
ALSO_RIGHT = "def square(n):\n    return n ** 2"
ENDS = "import os\n\ndef square(n):\n    return n * n if n < 4 else os._exit(0)"
RAISES = "def square(n):\n    raise ValueError(n)"


def block(*lines: str) -> str:
    return "\n".join(["Here they are:", "```python", *lines, "```"])


GOOD = block("assert square(3) == 9", "assert square(-1) == 1", "assert square(2) == 8", "assert square(5) == 25")


async def test_it_picks_a_program_of_the_best_agreement(workshop: Workshop) -> None:
    samples = [WRONG_SQUARE, CUBE, RIGHT_SQUARE, ALSO_RIGHT]
    selection, trajectory, requests = await select(workshop, "codet", UNTESTED, samples, [GOOD])
    assert selection.chosen == 2
    reason = "2 of 4 samples pass the same 3 of 4 tests that the model wrote, the best agreement."
    assert (selection.reason, selection.share) == (reason, 0.5)
    prompt = prompt_of(requests[-1])
    assert prompt.startswith("Request: Write a function square(n)")
    assert "Write 10 tests of the function `square`" in prompt
    assert trajectory.exchanges[-1].step == "assertions"


async def test_repeated_assertions_and_programs_count_as_often(workshop: Workshop) -> None:
    wrong = block(*["assert square(3) == 6"] * 3, "assert square(3) == 9")
    selection, _, _ = await select(workshop, "codet", UNTESTED, [RIGHT_SQUARE, WRONG_SQUARE], [wrong])
    assert selection.chosen == 1
    assert "same 3 of 4 tests" in selection.reason
    even = block("assert square(3) == 6", "assert square(3) == 9")
    selection, _, _ = await select(workshop, "codet", UNTESTED, [RIGHT_SQUARE, *[WRONG_SQUARE] * 2], [even])
    assert selection.chosen == 1


async def test_shown_tests_come_first(workshop: Workshop) -> None:
    samples = [WRONG_SQUARE, WRONG_SQUARE, RIGHT_SQUARE, CUBE.replace("n ** 3", "9")]
    said = block("assert square(2) == 4", "assert square(0) == 0")
    selection, _, _ = await select(workshop, "codet", SQUARE, samples, [said])  # which the first two would also pass
    assert selection.chosen == 2


async def test_the_models_assertions_never_end_the_loop(workshop: Workshop) -> None:
    selection, trajectory, _ = await select(workshop, "codet", UNTESTED, [RIGHT_SQUARE, CUBE], [GOOD])
    assert selection.chosen == 0
    assert trajectory.ending is Ending.NO_DEBUGGING
    assert not trajectory.correct


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("I cannot think of any.", "the reply held no test that calls square"),
        (block("assert cube(3) == 27", "square(3) == 9", "assert square(3) =="), "the reply held no test that"),
        ("", "the reply was empty"),
        (Answer(refusal="No."), "the request was refused"),
        (block("assert square(3) == 10"), "no sample passes a test that the model wrote"),
    ],
)  # fmt: skip
async def test_without_assertions_the_majority_decides(workshop: Workshop, said: str | Answer, cause: str) -> None:
    selection, _, _ = await select(workshop, "codet", SQUARE, [RIGHT_SQUARE, WRONG_SQUARE, ALSO_RIGHT], [said])
    assert selection.chosen == 0
    assert selection.reason.startswith(f"Majority vote, since {cause}")
    assert selection.reason.endswith(": 2 of 3 samples give its result.")


async def test_where_there_is_nothing_to_choose_nothing_is_asked(workshop: Workshop) -> None:
    selection, _, _ = await select(workshop, "codet", SQUARE, [WRONG_SQUARE, RIGHT_SQUARE, RIGHT_SQUARE])
    assert (selection.chosen, selection.reason) == (1, "2 of 3 samples give its result.")
    selection, _, _ = await select(workshop, "codet", SQUARE, [WRONG_SQUARE, CUBE])
    assert selection.reason.startswith("No sample runs and passes the shown tests")


async def test_a_spent_budget_leaves_it_to_the_majority(workshop: Workshop) -> None:
    selection, _, _ = await select(workshop, "codet", SQUARE, [WRONG_SQUARE, ALSO_RIGHT, RIGHT_SQUARE], max_calls=3)
    assert selection.chosen == 1
    assert selection.reason.startswith("Majority vote, since 3 calls were allowed: 2 of 3 ")


async def test_what_ends_itself_or_raises_loses_only_those_assertions(workshop: Workshop) -> None:
    said = block("assert square(4) == 16", "assert square(1) == 1", "assert square(2) == 4", "assert square(0) == 0")
    selection, _, _ = await select(workshop, "codet", UNTESTED, [WRONG_SQUARE, RAISES, ENDS], [said])
    assert selection.chosen == 2  # passes three of four; the first one two
    assert "same 3 of 4 tests" in selection.reason


async def test_outputs_without_end_do_no_harm(workshop: Workshop) -> None:
    loud = "def square(n):\n    print('x' * 10 ** 7)\n    return [n] * 10 ** 6 if n == 3 else n * n"
    selection, _, _ = await select(workshop, "codet", UNTESTED, [loud, RIGHT_SQUARE], [GOOD])
    assert selection.chosen == 1


async def test_other_problems_are_left_to_the_majority(workshop: Workshop) -> None:
    question = TextToSqlProblem("Which products are there? Give their names.", workshop.shop)
    queries = [f"```sql\nSELECT name FROM product{end}\n```" for end in (" WHERE id = 1", "", " ORDER BY name DESC")]
    selection, _, _ = await select(workshop, "codet", question, queries)
    assert selection.reason.startswith("Majority vote, since this problem asks for no function: ")
    source = Program("def half(n: int) -> int:\n    return n // 2", "python")
    problem = TranslationProblem(source, "javascript", (), "half")
    samples = [f"```javascript\nfunction half(n) {{ return {how}; }}\n```" for how in ("n / 2", "Math.floor(n / 2)")]
    selection, _, _ = await select(workshop, "codet", problem, samples)
    assert selection.reason.startswith("Majority vote, since assertions are for Python programs only: ")


async def test_translations_to_python_have_assertions(workshop: Workshop) -> None:
    problem = TranslationProblem(HALF.source, "python", (), "half")
    samples = ["def half(n):\n    return n // 2", "def half(n):\n    return int(n / 2)"]
    said = block("assert half(-3) == -1", "assert half(4) == 2")
    selection, _, _ = await select(workshop, "codet", problem, samples, [said])
    assert selection.chosen == 1


async def test_without_tests_the_function_is_that_of_most_samples(workshop: Workshop) -> None:
    helped = "def twice(n):\n    return n + n\n\ndef square(n):\n    return twice(n)"
    problem = TextToPythonProblem("Write a function that squares a number.")
    selection, _, requests = await select(workshop, "codet", problem, [helped, RIGHT_SQUARE], [GOOD])
    assert selection.chosen == 1
    assert "the function `square`" in prompt_of(requests[-1])


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (["assert f(1) == 2", "assert f(1)==2  # again", "assert f(2) == 3"],
         {"assert f(1) == 2": 2, "assert f(2) == 3": 1}),
        (['assert f(1) == 2, "one"'], {"assert f(1) == 2": 1}),
        (["1. `assert f([1], key='a') is None`", "- assert not f('')"],
         {"assert f([1], key='a') is None": 1, "assert not f('')": 1}),
        (["assert abs(f(0.5) - 0.25) < 1e-06", "assert sorted(f([2, 1])) == [1, 2]"],
         {"assert abs(f(0.5) - 0.25) < 1e-06": 1, "assert sorted(f([2, 1])) == [1, 2]": 1}),
        # Other functions, other code, copies of the request's form, what is no call.
        (["assert g(1) == 2", "assert g(f(1)) == 2", "assert f(g(1)) == 2", "assert f(x) == 2", "assert f(1) == 1"],
         {"assert f(1) == 1": 1}),
        (["assert f(...) == ...", "assert f == 2", "assert f(1).real == 1", "assert f(1) == open('x')",
          "assert f(1) == 1"],
         {"assert f(1) == 1": 1}),
        (["import os", "def f(n):", "    return n", "x = f(1)", "assert f(1) == 1; import os", "assert f(1) == 1"],
         {"assert f(1) == 1": 1}),
        (["assert f(" + "[" * 200 + "]" * 200 + ") == 1", "assert f('" + "x" * 600 + "') == 1", "assert f(1) == 1"],
         {"assert f(1) == 1": 1}),
    ],
)  # fmt: skip
def test_reading(lines: list[str], read: dict[str, int]) -> None:
    assert read_assertions(Reply("\n".join(lines)), "f") == Counter(read)


def test_a_line_that_was_cut_off_is_not_read() -> None:
    text = "assert f(1) == 10\nassert f(2) == 1"
    assert read_assertions(Reply(text, finish="length"), "f") == Counter({"assert f(1) == 10": 1})
    assert read_assertions(Reply(text), "f").total() == 2


def test_no_more_than_fifty_are_read() -> None:
    assert read_assertions(Reply("\n".join(f"assert f({n}) == 1" for n in range(80))), "f").total() == 50


def test_no_assertions_at_all_cannot_be_read() -> None:
    with pytest.raises(UnreadableReplyError, match="held no test that calls f"):
        read_assertions(Reply("assert g(1) == 2"), "f")
