"""What each command prints, where, and how it ends; against a model server that is scripted but real."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import duckdb
import pytest

from selfdebug.models import endpoint
from selfdebug.trajectory import Trajectory
from tests.model_server import Answer, Failure, ModelServer
from tests.needs import skip_or_fail

from .conftest import Run

REQUEST = "Write a function mid(values) that gives the median of an odd number of values."
TESTS = ("--test", "assert mid([3, 1, 2]) == 2", "--test", "assert mid([5]) == 5")
WRONG = "def mid(values):\n    values = sorted(values)\n    return values[len(values) / 2]\n"
RIGHT = WRONG.replace(" / ", " // ")
EXPLANATION = "Line 3 divides with /, which gives a float, and a float is no index."
REPAIR = [f"```python\n{WRONG}```", EXPLANATION, f"```python\n{RIGHT}```"]
QUERY = "SELECT name FROM item ORDER BY name"
GOOD_QUERY = [
    f"```sql\n{QUERY}\n```",
    "The names.\nColumns: 1 (name)",
    "It gives all names.\nVerdict: correct",
]


@pytest.fixture
def shop() -> Path:
    path = Path("shop.db")
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE item (name TEXT, price REAL); INSERT INTO item VALUES ('tea', 3.5), ('cake', 4), (NULL, 1)"
    )
    connection.close()
    return path


@pytest.mark.usefixtures("isolated")
class TestPython:
    def test_repair_is_shown_on_stderr_and_the_program_alone_on_stdout(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url)
        assert (result.code, result.out) == (0, RIGHT)
        for line in (
            "Turn 1  3 lines",
            "  ✗ assert mid([3, 1, 2]) == 2",
            "    TypeError: list indices must be integers or slices, not float (line 3)",
            "    line 3: return values[len(values) / 2]",
            f"  {EXPLANATION}",
            "  → wrong, say the tests",
            "    -    return values[len(values) / 2]",
            "    +    return values[len(values) // 2]",
            "  2 of 2 tests passed",
            "✓ Judged correct by the tests after 2 turns.",
        ):
            assert line in result.err.splitlines()
        assert "2 turns, 3 replies, 21 + 15 tokens" in result.err
        assert "\x1b" not in result.err

    def test_quiet_says_nothing_more(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url, "--quiet")
        assert (result.code, result.out, result.err) == (0, RIGHT, "")

    def test_json_is_the_whole_trajectory(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url, "--json", "--feedback", "ut+expl")
        found = Trajectory.from_json(result.out)
        assert (result.code, found.correct, len(found.turns), found.feedback) == (0, True, 2, "ut+expl")

    def test_best_program_is_printed_when_it_is_not_correct(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url, "--max-turns", "0", "--quiet")
        assert (result.code, result.out) == (1, WRONG)
        assert (
            result.err
            == "selfdebug: Stopped: no turns are left; --max-turns allows more. The program printed is not correct.\n"
        )

    def test_unreadable_reply_leaves_stdout_empty(self, run: Run) -> None:
        with ModelServer("I would rather not.") as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url)
        assert (result.code, result.out) == (1, "")
        assert "writing the first program again: the last reply could not be read" in result.err
        assert "the model's reply could not be read" in result.err.splitlines()[-1]
        assert result.err.endswith(" No program is printed.\n")

    @pytest.mark.parametrize(
        "reply",
        [
            Answer("I cannot write this: the tests contradict each other."),
            Answer(refusal="I cannot write this: the tests contradict each other."),
            Answer("I cannot write this: the tests contradict each other.", finish="content_filter"),
        ],
    )
    def test_a_reply_that_explains_why_there_is_no_program_is_shown(self, run: Run, reply: Answer) -> None:
        with ModelServer(reply) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url)
        assert (result.code, result.out) == (1, "")
        assert "The model replied:\n  I cannot write this: the tests contradict each other.\n" in result.err

    def test_a_reply_that_was_cut_off_says_which_option_allows_more(self, run: Run) -> None:
        with ModelServer(Answer("", finish="length", reasoning="Hm. " * 9, usage=(7, 50))) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url, "--max-reply-tokens", "50")
            assert len(server.requests) == 1
        assert result.code == 1
        assert "cut off at 50 tokens: allow more with --max-reply-tokens" in result.err.splitlines()[-1]

    def test_a_server_that_fails_is_told_of_while_it_is_tried_again(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(endpoint, "_FIRST_WAIT", 0.01)
        with ModelServer(Failure(500, "CUDA error")) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url)
        assert (result.code, result.out) == (3, "")
        first, *_, last = result.err.splitlines()
        assert "status 500: CUDA error (try 1 of 8); trying again in 1 s" in first
        assert last.startswith(f"selfdebug: {server.url} kept answering with status 500: CUDA error. Try again later")

    def test_second_run_asks_nothing(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            arguments = ("python", REQUEST, *TESTS, "--base-url", server.url, "--model", "tiny")
            run(*arguments)
            result = run(*arguments)
            asked = len(server.requests)
            run(*arguments, "--no-cache")
            asked_anew = len(server.requests)
        assert (result.code, asked) == (0, 3)
        assert asked_anew > asked
        assert "3 replies (3 stored)" in result.err

    def test_request_from_stdin_and_files(self, run: Run) -> None:
        Path("start.py").write_text("import math\n")
        Path("cases.py").write_text(
            "from fractions import Fraction\n\nassert mid([Fraction(1, 2)]) == Fraction(1, 2)\n"
        )
        Path("draft.py").write_text(RIGHT)
        with ModelServer(REPAIR) as server:
            result = run(
                "python", "-", "--tests", "cases.py", "--start", "start.py", "--program", "draft.py",
                "--base-url", server.url, "--json", input=REQUEST,
            )  # fmt: skip
            assert server.requests == []
        problem = json.loads(result.out)["problem"]
        assert (result.code, problem["request"], problem["start"]) == (0, REQUEST, "import math\n")
        assert problem["setup"] == "from fractions import Fraction"

    def test_samples_are_counted(self, run: Run) -> None:
        with ModelServer([REPAIR[0], "no program here", REPAIR[2], REPAIR[2]]) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url, "--samples", "3")
        assert (result.code, result.out) == (0, RIGHT)
        assert "3 samples: 3 readable, 2 ran, 2 passed the tests; chose number 2" in result.err

    def test_budget_ends_it_with_the_reason(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url, "--max-calls", "2")
        assert (result.code, result.out) == (1, WRONG)
        assert "Stopped at a limit: 2 calls were allowed. The program printed is not correct." in result.err

    def test_without_tests_the_model_judges(self, run: Run) -> None:
        with ModelServer([REPAIR[2], "It sorts.", "Right.\nVerdict: correct"]) as server:
            result = run("python", REQUEST, "--base-url", server.url)
        assert (result.code, result.out) == (0, RIGHT)
        assert "  → correct, says the model: Right.\n" in result.err

    def test_baseline_says_what_the_tests_say_and_does_not_debug(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url, "--feedback", "baseline")
            assert len(server.requests) == 1
        assert (result.code, result.out) == (1, WRONG)
        assert "feedback baseline does not debug. The program printed is not correct." in result.err

    def test_completion_form(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            result = run("python", REQUEST, *TESTS, "--base-url", server.url, "--form", "completion")
            assert server.calls[0].path == "/v1/completions"
        assert result.code == 0


class TestSql:
    def test_query_alone_on_stdout_and_its_rows_on_stderr(self, run: Run, shop: Path) -> None:
        with ModelServer(GOOD_QUERY) as server:
            result = run("sql", "Which items are there?", "--db", shop, "--base-url", server.url)
        assert (result.code, result.out) == (0, f"{QUERY}\n")
        assert result.err.endswith("\nname\nNULL\ncake\ntea\n")
        assert "3 rows of 1 column: name" in result.err
        assert "✓ Judged correct by the model after 1 turn." in result.err

    def test_explanation_of_the_trajectory(self, run: Run, shop: Path) -> None:
        with ModelServer(GOOD_QUERY) as server:
            result = run("sql", "Which items are there?", "--db", shop, "--base-url", server.url, "--explain")
        assert result.err.endswith("\nIt gives all names.\n")

    def test_explanation_that_the_feedback_kind_does_not_give(self, run: Run, shop: Path) -> None:
        with ModelServer([GOOD_QUERY[0], "Verdict: correct"]) as server:
            result = run(
                "sql", "Which items?", "--db", shop, "--base-url", server.url, "--explain", "--feedback", "simple"
            )
        assert result.code == 0
        assert "feedback simple asks for none; choose expl" in result.err

    def test_a_verdict_that_cannot_be_read_twice_ends_in_one_sentence(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "shop.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("CREATE TABLE item (name TEXT, sizes INTEGER[]); INSERT INTO item VALUES ('tea', [1])")
        query = "```sql\nSELECT name, sizes FROM item\n```"
        for unreadable in ("hm", "Verdict:", "Verdict: perhaps", "Verdict: correct/wrong", "```"):
            for steps in ([], ["Columns: 2 (name, sizes)"]):
                feedback = "expl" if steps else "simple"
                with ModelServer([query, *steps, unreadable, unreadable]) as server:
                    result = run("sql", "Which?", "--db", path, "--base-url", server.url, "--feedback", feedback)
                    assert len(server.requests) == 3 + len(steps)
                assert (result.code, result.out) == (1, "SELECT name, sizes FROM item\n")
                assert "Stopped without a verdict." in result.err.splitlines()[-1]
                assert "Traceback" not in result.err

    def test_error_of_the_database_is_shown_and_fixed(self, run: Run, shop: Path) -> None:
        replies = ["```sql\nSELECT nme FROM item\n```", "Columns: 1 (name)", *GOOD_QUERY[:1], *GOOD_QUERY[2:]]
        with ModelServer(replies) as server:
            result = run("sql", "Which items?", "--db", shop, "--base-url", server.url, "--hint", "all of them")
            assert "all of them" in json.dumps(server.requests[0])
        assert result.code == 0
        assert "✗ failed: no such column: nme" in result.err
        assert "→ wrong, as running it shows" in result.err

    def test_json(self, run: Run, shop: Path) -> None:
        with ModelServer(GOOD_QUERY) as server:
            result = run("sql", "Which items?", "--db", shop, "--base-url", server.url, "--json", "--quiet")
        assert (result.code, result.err) == (0, "")
        assert json.loads(result.out)["turns"][0]["outcome"]["rows"] == [[None], ["cake"], ["tea"]]


SOURCE = """
// The sum of quotient and remainder.
int parts(int a, int b) {
    if (b == 0) return 0;
    return a / b + a % b;
}
"""
FLOORED = "def parts(a, b):\n    return a // b + a % b if b else 0\n"
TRUNCATED = (
    "def parts(a, b):\n    if b == 0:\n        return 0\n    q = abs(a) // abs(b) * (1 if a * b >= 0 else -1)\n"
    "    return q + a - q * b\n"
)


@pytest.mark.usefixtures("isolated")
class TestTranslate:
    REPLIES = (f"```python\n{FLOORED}```", "It floors.", f"```python\n{TRUNCATED}```")

    def test_tests_that_are_given(self, run: Run) -> None:
        Path("parts.cpp").write_text(SOURCE)
        Path("cases.jsonl").write_text('{"arguments": [7, 2], "expected": 4}\n{"arguments": [-7, 2], "expected": -4}\n')
        with ModelServer(self.REPLIES) as server:
            result = run("translate", "parts.cpp", "--to", "py", "--tests", "cases.jsonl", "--base-url", server.url)
            assert "def parts" in server.requests[0]["messages"][-1]["content"]
        assert (result.code, result.out) == (0, TRUNCATED)
        assert "gave -3, expected -4" in result.err

    def test_tests_derived_from_the_source_are_announced_and_noted(self, run: Run) -> None:
        if shutil.which("g++") is None:
            skip_or_fail("g++ is missing: apt-get install g++")
        Path("parts.cpp").write_text(SOURCE)
        with ModelServer([*self.REPLIES, self.REPLIES[-1]]) as server:
            result = run("translate", "parts.cpp", "--to", "python", "--base-url", server.url, "--json")
        found = Trajectory.from_json(result.out)
        assert result.code == 0
        assert "Tests derived by running the source: " in result.err
        assert "generated inputs were kept" in found.notes[0]
        assert found.problem.application == "translation"
        assert found.problem.signature is not None

    def test_to_a_typed_language_by_calls(self, run: Run) -> None:
        if shutil.which("g++") is None:
            skip_or_fail("g++ is missing: apt-get install g++")
        Path("twice.py").write_text("def twice(x: int) -> int:\n    return 2 * x\n")
        Path("cases.json").write_text('[{"arguments": [21], "expected": 42}]')
        with ModelServer("```cpp\nlong long twice(long long x) { return 2 * x; }\n```") as server:
            result = run("translate", "twice.py", "--to", "c++", "--tests", "cases.json", "--base-url", server.url)
            assert "long long twice" in server.requests[0]["messages"][-1]["content"]
        assert (result.code, result.out) == (0, "long long twice(long long x) { return 2 * x; }\n")

    def test_source_from_stdin(self, run: Run) -> None:
        test = ("--test", "assert parts(7, 2) == 4")
        with ModelServer(self.REPLIES) as server:
            result = run(
                "translate", "-", "--from", "cpp", "--to", "python", *test, "--base-url", server.url, input=SOURCE
            )
        assert (result.code, result.out) == (0, FLOORED)


class TestShowPrompt:
    def test_first_request_is_what_a_run_sends(self, run: Run, shop: Path) -> None:
        arguments = ("sql", "Which items?", "--db", shop, "--model", "tiny")
        with ModelServer("no query") as server:
            shown = json.loads(run(*arguments, "--base-url", server.url, "--show-prompt", "--json").out)
            assert server.calls == []
            run(*arguments, "--base-url", server.url)
            sent = server.requests[0]
        assert (shown["step"], shown["samples"], shown["model"]) == ("generate", 1, "tiny")
        assert shown["request"]["messages"] == sent["messages"]
        assert shown["request"]["max_tokens"] == sent["max_tokens"]

    def test_isolation_is_no_matter_of_queries(self, run: Run, shop: Path) -> None:
        result = run("sql", "Which items?", "--db", shop, "--show-prompt", "--unsafe")
        assert result.code == 2
        assert "--unsafe" in result.err

    @pytest.mark.usefixtures("isolated")
    def test_stored_replies_lead_to_the_next_request(self, run: Run) -> None:
        with ModelServer(REPAIR) as server:
            arguments = ("python", REQUEST, *TESTS, "--base-url", server.url, "--model", "tiny")
            run(*arguments, "--max-calls", "2")
            result = run(*arguments, "--show-prompt")
            whole = json.loads(run(*arguments, "--show-prompt", "--json").out)
            run(*arguments)
            sent, asked = server.requests[2], len(server.requests)
        assert result.code == 0
        assert "step fix; chat, temperature 0, at most 2048 tokens" in result.err
        assert "━━ assistant ━━" in result.out
        assert EXPLANATION in result.out
        assert whole["request"]["messages"] == sent["messages"]
        assert asked == 3

    @pytest.mark.usefixtures("isolated")
    def test_replies_by_hand_and_a_program(self, run: Run) -> None:
        Path("wrong.py").write_text(WRONG)
        Path("words.txt").write_text(EXPLANATION)
        arguments = ("python", REQUEST, *TESTS, "--program", "wrong.py", "--show-prompt")
        assert "step explain" in run(*arguments).err
        assert "step fix" in run(*arguments, "--reply", "words.txt").err
        Path("right.txt").write_text(REPAIR[2])
        result = run(*arguments, "--reply", "words.txt", "--reply", "right.txt", "--reply", "right.txt")
        assert (result.code, result.out) == (0, "Nothing more would be asked after 2 requests: judged correct.\n")
        assert "1 of the given replies was not needed" in result.err

    def test_completion_form_shows_the_text(self, run: Run, shop: Path) -> None:
        result = run(
            "sql", "Which items?", "--db", shop, "--form", "completion", "--style", "zero-shot", "--show-prompt"
        )
        assert result.out.endswith("### Reply\n\n")

    def test_translation(self, run: Run) -> None:
        Path("parts.cpp").write_text(SOURCE)
        result = run("translate", "parts.cpp", "--to", "rust", "--test", "fn main() {}", "--show-prompt")
        assert result.code == 0
        assert "fn parts(" in result.out


@pytest.mark.usefixtures("isolated")
class TestDemo:
    def test_each_problem_can_be_solved_and_its_trap_is_one(self, run: Run) -> None:
        replies = {
            "ferry": "SELECT f.name, count(c.id) AS crossings FROM ferry f LEFT JOIN crossing c ON c.ferry_id = f.id"
            " AND c.day LIKE '2024-03-%' GROUP BY f.id ORDER BY crossings DESC",
            "longest_streak": "def longest_streak(days):\n    best = run = 0\n    seen = sorted(set(days))\n"
            "    for i, day in enumerate(seen):\n        run = run + 1 if i and seen[i - 1] == day - 1 else 1\n"
            "        best = max(best, run)\n    return best",
            "whole_euros": "def whole_euros(bookings):\n    return sum(int(cents / 100) for cents in bookings)",
        }

        def answer(request: dict[str, object]) -> str:
            messages = request["messages"]
            assert isinstance(messages, list)
            text = messages[-1]["content"]
            if "Verdict" in text:
                return "Verdict: correct"
            if text.rstrip().endswith("block."):
                problem = next(m["content"] for m in reversed(messages) if "\nQuestion:" in m["content"] or "def" in m
                               or "Request:" in m["content"] or "Source program" in m["content"])  # fmt: skip
                name = next(name for name in replies if name in problem)
                return f"```{'sql' if name == 'ferry' else 'python'}\n{replies[name]}\n```"
            return "Columns: 2 (name, crossings)"

        with ModelServer(answer) as server:
            result = run("demo", "--base-url", server.url, "--style", "zero-shot")
        assert result.code == 0, result
        assert result.err.count("✓ Judged correct") == 3
        assert "Heron | 3" in result.err
        assert "Tern | 0" in result.err

    def test_only_one(self, run: Run) -> None:
        with ModelServer("no") as server:
            result = run("demo", "--only", "python", "--base-url", server.url)
        assert result.code == 1
        assert "text-to-python: Stopped: " in result.err
        assert "text-to-sql" not in result.err

    def test_unknown_part_is_wrong_usage(self, run: Run) -> None:
        result = run("demo", "--only", "rust")
        assert result.code == 2
        assert "--only must be one of sql, translate, python" in result.err

    def test_a_key_and_no_model_says_what_to_set(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
        result = run("demo")
        assert (result.code, result.out) == (3, "")
        for word in ("--model gpt-5-mini", "--base-url http://localhost:8000/v1", "gguf:", "embedded"):
            assert word in result.err


class TestEmbedded:
    def test_it_replies_where_nothing_is_configured_and_says_so_once(self, run: Run, isolated: None) -> None:
        result = run("demo", "--max-reply-tokens", "4")
        assert result.code == 1
        assert result.err.count("using the built-in demo model") == 1
        assert result.err.count("── ") == 3

    def test_quiet_says_nothing_of_it(self, run: Run, isolated: None) -> None:
        result = run("demo", "--only", "python", "--max-reply-tokens", "4", "--quiet")
        assert "embedded" not in result.err

    def test_it_may_be_named(self, run: Run, isolated: None) -> None:
        result = run("python", REQUEST, *TESTS, "--model", "embedded", "--max-reply-tokens", "4", "--json")
        assert "using the built-in demo model" not in result.err
        found = json.loads(result.out)
        assert (found["model"], found["style"]) == ("embedded", "embedded")

    def test_a_style_that_was_chosen_is_kept(self, run: Run, isolated: None) -> None:
        result = run("python", REQUEST, *TESTS, "--style", "few-shot", "--max-reply-tokens", "4", "--json")
        assert json.loads(result.out)["style"] == "few-shot"

    def test_prompt_shows_what_it_would_be_sent(self, run: Run) -> None:
        result = run("python", REQUEST, *TESTS, "--show-prompt", "--json")
        assert json.loads(result.out)["model"] == "embedded"
        assert len(json.loads(result.out)["request"]["messages"]) == 2
        assert "using the built-in demo model" in result.err

    def test_a_server_is_not_passed_over(self, run: Run) -> None:
        with ModelServer("no") as server:
            run("demo", "--only", "python", "--base-url", server.url)
        assert server.requests
