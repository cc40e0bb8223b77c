"""Paths through the loop: a problem, settings, and what a scripted model replies; what must come of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfdebug.applications.text_to_python import TextToPythonProblem
from selfdebug.applications.text_to_sql import TextToSqlProblem
from selfdebug.applications.translation import TranslationProblem
from selfdebug.execution import Assertion
from selfdebug.problem import Problem, Program
from selfdebug.trajectory import Ending
from tests.model_server import Reaction

SHOP = """
CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL);
CREATE TABLE sale (product_id INTEGER REFERENCES product (id), day TEXT, pieces INTEGER);
INSERT INTO product VALUES (1, 'tea', 3.5), (2, 'cake', 4.0), (3, 'juice', 2.0);
INSERT INTO sale VALUES (1, '2024-05-01', 2), (1, '2024-05-02', 1), (2, '2024-05-02', 5);
"""


def make_shop(folder: Path) -> str:
    """A small database; its path."""
    path = folder / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SHOP)
    return str(path)


def python(code: str) -> str:
    """A reply with a Python program."""
    return f"```python\n{code}\n```"


def sql(query: str) -> str:
    """A reply with a query."""
    return f"```sql\n{query}\n```"


SQUARE = TextToPythonProblem("Write a function square(n) that gives n times n.", (Assertion("assert square(3) == 9"),))
UNTESTED = TextToPythonProblem("Write a function square(n) that gives n times n.")
WRONG_SQUARE = "def square(n):\n    return n * 2"
RIGHT_SQUARE = "def square(n):\n    return n * n"

HALF = TranslationProblem(
    Program("int half(int n) {\n    return n / 2;\n}", "cpp"),
    "python",
    (Assertion("assert half(4) == 2"), Assertion("assert half(-3) == -1")),
    "half",
)
UNTESTED_HALF = TranslationProblem(HALF.source, "python", (), "half")
WRONG_HALF = "def half(n):\n    return n // 2"
RIGHT_HALF = "def half(n):\n    return int(n / 2)"

EXPLANATION = "Line 2 returns a value. So the program returns that value."
CAUSE = "1. It gives 3 * 2 = 6.\n2. Line 2 doubles the number.\n3. The number has to be taken times itself."
BLOCKS = "[BLOCK-1] incorrect: It doubles the number instead of taking it times itself."
TRACE = "call square(n = 3)\nline 2: return n * 2 -> returns 6"
CORRECT = "They agree.\nVerdict: correct"
PREFERRED = ("Answer: B", "Answer: A")
"""A new query, whichever stands first."""
WRONG = "They differ: it doubles.\nVerdict: wrong"
COLUMNS = "The question asks for names. Each appears once.\nColumns: 1 (name)"


def question(shop: str) -> TextToSqlProblem:
    return TextToSqlProblem("Which products were never sold? Give their names.", shop)


@dataclass(frozen=True)
class Scenario:
    """One path.

    Attributes:
        problem: or a function of the shop's path that makes it.
        replies: what the model says, in order; it must be asked exactly so often.
        ending: how the trajectory ends.
        answer: code of the answer; None if there is none.
        program: a first program to start from.
        repairs, regressions: as counted.
        embedded: what the embedded model says instead, which explains queries of one table, too.
    """

    problem: Problem | Callable[[str], Problem]
    feedback: str
    replies: tuple[str | Reaction, ...]
    ending: Ending
    answer: str | None
    settings: dict[str, Any] = field(default_factory=dict)
    program: str | None = None
    repairs: int = 0
    regressions: int = 0
    embedded: tuple[str, ...] = ()


def _fixed(problem: Problem, feedback: str, *words: str, wrong: str, right: str) -> Scenario:
    replies = (python(wrong), *words, python(right))
    return Scenario(problem, feedback, replies, Ending.CORRECT, right, repairs=1)


def _judged(problem: Problem, feedback: str, words: str | None, wrong: str, right: str) -> Scenario:
    said = (words,) if words else ()
    replies = (python(wrong), *said, WRONG, python(right), *said, CORRECT)
    return Scenario(problem, feedback, replies, Ending.CORRECT, right)


_CUBE = "def square(n):\n    return n**3"
_SUM = "def square(n):\n    return n + n"
_SQUARES = {"wrong": WRONG_SQUARE, "right": RIGHT_SQUARE}
_HALVES = {"wrong": WRONG_HALF, "right": RIGHT_HALF}
_ALL = "SELECT name FROM product"
_UNSOLD = "SELECT name FROM product WHERE id NOT IN (SELECT product_id FROM sale)"
_NOTHING = "SELECT id, name FROM product WHERE id > 9"
_MISSPELT = "SELECT title FROM product WHERE id NOT IN (SELECT product_id FROM sale)"

SCENARIOS: dict[str, Scenario] = {
    # Every feedback kind, for every application, from a wrong program to a right one.
    "python-simple": _fixed(SQUARE, "simple", **_SQUARES),
    "python-ut": _fixed(SQUARE, "ut", **_SQUARES),
    "python-expl": _fixed(SQUARE, "expl", EXPLANATION, **_SQUARES),
    "python-ut+expl": _fixed(SQUARE, "ut+expl", EXPLANATION, **_SQUARES),
    "python-trace": _fixed(SQUARE, "trace", TRACE, **_SQUARES),
    "python-ut+trace": _fixed(SQUARE, "ut+trace", TRACE, **_SQUARES),
    "python-recorded-trace": _fixed(SQUARE, "recorded-trace", **_SQUARES),
    "python-ut+recorded-trace": _fixed(SQUARE, "ut+recorded-trace", **_SQUARES),
    "python-ut+cause": _fixed(SQUARE, "ut+cause", CAUSE, **_SQUARES),
    "python-ut+ldb": _fixed(SQUARE, "ut+ldb", BLOCKS, **_SQUARES),
    "python-untested-simple": _judged(UNTESTED, "simple", None, **_SQUARES),
    "python-untested-expl": _judged(UNTESTED, "expl", EXPLANATION, **_SQUARES),
    "python-untested-trace": _judged(UNTESTED, "trace", TRACE, **_SQUARES),
    "translation-simple": _fixed(HALF, "simple", **_HALVES),
    "translation-ut": _fixed(HALF, "ut", **_HALVES),
    "translation-expl": _fixed(HALF, "expl", EXPLANATION, **_HALVES),
    "translation-ut+expl": _fixed(HALF, "ut+expl", EXPLANATION, **_HALVES),
    "translation-trace": _fixed(HALF, "trace", TRACE, **_HALVES),
    "translation-ut+trace": _fixed(HALF, "ut+trace", TRACE, **_HALVES),
    "translation-ut+recorded-trace": _fixed(HALF, "ut+recorded-trace", **_HALVES),
    "translation-ut+cause": _fixed(HALF, "ut+cause", CAUSE, **_HALVES),
    "translation-ut+ldb": _fixed(HALF, "ut+ldb", BLOCKS, **_HALVES),
    "translation-untested-expl": _judged(UNTESTED_HALF, "expl", EXPLANATION, **_HALVES),
    "sql-simple": Scenario(
        question,
        "simple",
        (sql(_ALL), "Verdict: wrong", sql(_UNSOLD), "Verdict: correct", *PREFERRED),
        Ending.CORRECT,
        _UNSOLD,
    ),
    "sql-expl": Scenario(
        question,
        "expl",
        (sql(_ALL), COLUMNS, WRONG, sql(_UNSOLD), EXPLANATION, CORRECT, *PREFERRED),
        Ending.CORRECT,
        _UNSOLD,
        embedded=(sql(_ALL), COLUMNS, EXPLANATION, WRONG, sql(_UNSOLD), EXPLANATION, CORRECT),
    ),
    # The new query is preferred in one order of the two alone: the first one stays.
    "sql-first-preferred": Scenario(
        question,
        "expl",
        (sql(_ALL), COLUMNS, WRONG, sql(_UNSOLD), EXPLANATION, CORRECT, "Answer: B", "Answer: B"),
        Ending.FIRST,
        _ALL,
    ),
    "sql-first-preferred-at-once": Scenario(
        question,
        "expl",
        (sql(_ALL), COLUMNS, WRONG, sql(_UNSOLD), EXPLANATION, CORRECT, "The first has all.\nAnswer: A"),
        Ending.FIRST,
        _ALL,
    ),
    "sql-not-compared": Scenario(
        question,
        "expl",
        (sql(_ALL), COLUMNS, WRONG, sql(_UNSOLD), EXPLANATION, CORRECT, "Either.", "Both."),
        Ending.FIRST,
        _ALL,
    ),
    # The paper's loop compares nothing.
    "sql-chain": Scenario(
        question,
        "expl",
        (sql(_ALL), COLUMNS, WRONG, sql(_UNSOLD), EXPLANATION, CORRECT),
        Ending.CORRECT,
        _UNSOLD,
        settings={"policy": "chain"},
    ),
    # A query that gives an error goes straight to its repair.
    "sql-expl-error": Scenario(
        question,
        "expl",
        (sql(_MISSPELT), COLUMNS, sql(_UNSOLD), EXPLANATION, CORRECT),
        Ending.CORRECT,
        _UNSOLD,
        repairs=1,
    ),
    "sql-simple-error": Scenario(
        question, "simple", (sql(_MISSPELT), sql(_UNSOLD), "Verdict: correct"), Ending.CORRECT, _UNSOLD, repairs=1
    ),
    # What a program gives for inputs that the model wrote stands beside the question for a verdict.
    "python-inputs": Scenario(
        UNTESTED,
        "inputs",
        (
            python(WRONG_SQUARE),
            "```python\nsquare(3)\nsquare(-1)\nprint(1)\n```",
            WRONG,
            python(RIGHT_SQUARE),
            "square(3) is 9.\nVerdict: correct",
        ),
        Ending.CORRECT,
        RIGHT_SQUARE,
    ),
    "python-inputs-unreadable": Scenario(
        UNTESTED, "inputs", (python(RIGHT_SQUARE), "I would try 3.", CORRECT), Ending.CORRECT, RIGHT_SQUARE
    ),
    # Values that the question mentions are shown as they are written in the table.
    "sql-values": Scenario(
        lambda path: TextToSqlProblem("What do Tea and cake cost?", path),
        "baseline",
        (sql("SELECT price FROM product WHERE name IN ('tea', 'cake')"),),
        Ending.NO_DEBUGGING,
        "SELECT price FROM product WHERE name IN ('tea', 'cake')",
    ),
    # What running it shows is all that is told; where that is nothing, nobody judges.
    "sql-execution": Scenario(question, "execution", (sql(_MISSPELT), sql(_ALL)), Ending.UNSURE, _ALL, repairs=1),
    "sql-execution-literal": Scenario(
        question,
        "execution",
        (sql("SELECT id FROM product WHERE name = 'TEA'"), sql("SELECT id FROM product WHERE name = 'tea'")),
        Ending.UNSURE,
        "SELECT id FROM product WHERE name = 'tea'",
        repairs=1,
    ),
    # Facts about a result that the model should weigh: no rows, and another number of columns than it expected.
    "sql-expl-evidence": Scenario(
        question,
        "expl",
        (
            sql(_NOTHING),
            COLUMNS,
            WRONG,
            sql(_UNSOLD),
            EXPLANATION,
            CORRECT,
            *PREFERRED,
        ),
        Ending.CORRECT,
        _UNSOLD,
        embedded=(sql(_NOTHING), COLUMNS, EXPLANATION, WRONG, sql(_UNSOLD), EXPLANATION, CORRECT),
    ),
    # A cause after an error of the whole program; and again where a correction is as wrong.
    "python-cause-syntax-error": Scenario(
        SQUARE,
        "ut+cause",
        (python("def square(n)\n    return n * n"), CAUSE, python(_CUBE), CAUSE, python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        repairs=2,
    ),
    # Blocks of which one has no verdict; none ran; the same program again.
    "translation-ldb-repaired": _fixed(
        HALF, "ut+ldb", "The division is wrong.", "**[BLOCK-1]** Incorrect. It rounds down.", **_HALVES
    ),
    "python-ldb-no-block": _fixed(SQUARE, "ut+ldb", wrong="def square():\n    return 9", right=RIGHT_SQUARE),
    "python-ldb-repeated": Scenario(
        SQUARE,
        "ut+ldb",
        (python(WRONG_SQUARE), BLOCKS, python(WRONG_SQUARE), python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        settings={"policy": "chain"},
        repairs=1,
    ),
    # Right at first: nothing is asked, nothing is changed.
    "python-right-at-first": Scenario(SQUARE, "ut+expl", (python(RIGHT_SQUARE),), Ending.CORRECT, RIGHT_SQUARE),
    "python-untested-right-at-first": Scenario(
        UNTESTED, "expl", (python(RIGHT_SQUARE), EXPLANATION, CORRECT), Ending.CORRECT, RIGHT_SQUARE
    ),
    "python-baseline": Scenario(SQUARE, "baseline", (python(WRONG_SQUARE),), Ending.NO_DEBUGGING, WRONG_SQUARE),
    "sql-baseline": Scenario(question, "baseline", (sql(_ALL),), Ending.NO_DEBUGGING, _ALL),
    "python-from-program": Scenario(
        SQUARE, "ut", (python(RIGHT_SQUARE),), Ending.CORRECT, RIGHT_SQUARE, program=WRONG_SQUARE, repairs=1
    ),
    # Several turns; the model breaks more than it mends; the best program is the answer.
    "python-several-turns": Scenario(
        SQUARE,
        "ut",
        (python(WRONG_SQUARE), python("def square(n):\n    return n ** n"), python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        repairs=1,
    ),
    "translation-best-program": Scenario(
        HALF,
        "ut",
        (python(WRONG_HALF), python("def half(n)\n    return 0"), python("def half(n):\n    return 7")),
        Ending.TURNS,
        WRONG_HALF,
        settings={"max_turns": 2},
        repairs=1,
        regressions=1,
    ),
    "python-syntax-error": Scenario(
        UNTESTED,
        "expl",
        (python("def square(n)\n    return n * n"), python(RIGHT_SQUARE), EXPLANATION, CORRECT),
        Ending.CORRECT,
        RIGHT_SQUARE,
        repairs=1,
    ),
    # The ways to end.
    "python-no-turns": Scenario(
        SQUARE, "ut", (python(WRONG_SQUARE),), Ending.TURNS, WRONG_SQUARE, settings={"max_turns": 0}
    ),
    "python-untested-last-turn-is-judged": Scenario(
        UNTESTED, "simple", (python(WRONG_SQUARE), WRONG), Ending.TURNS, WRONG_SQUARE, settings={"max_turns": 0}
    ),
    # A program that comes again is not run or explained again; another way is asked for. It ends where the model alone
    # judged it.
    "python-repeated": Scenario(
        SQUARE,
        "ut+expl",
        (python(WRONG_SQUARE), EXPLANATION, python(WRONG_SQUARE), python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        settings={"policy": "chain"},
        repairs=1,
    ),
    "python-untested-repeated": Scenario(
        UNTESTED,
        "simple",
        (python(WRONG_SQUARE), WRONG, python(WRONG_SQUARE)),
        Ending.REPEATED,
        WRONG_SQUARE,
    ),
    # Other policies: a fresh program after a repetition, after two vain corrections, after a reply without one.
    "python-restart-repeated": Scenario(
        SQUARE,
        "ut",
        (python(WRONG_SQUARE), python(WRONG_SQUARE), python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        settings={"policy": "restart"},
    ),
    "python-retry": Scenario(
        SQUARE,
        "ut+expl",
        (python(WRONG_SQUARE), python(_CUBE), python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        settings={"policy": "retry"},
    ),
    "translation-retry": Scenario(
        HALF,
        "ut",
        (python(WRONG_HALF), python("def half(n):\n    return 9"), python(RIGHT_HALF)),
        Ending.CORRECT,
        RIGHT_HALF,
        settings={"policy": "retry"},
    ),
    "python-resample": Scenario(
        SQUARE,
        "ut+expl",
        (python(WRONG_SQUARE), python(_CUBE), python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        settings={"policy": "resample"},
    ),
    "python-restart-vain": Scenario(
        SQUARE,
        "ut+expl",
        (python(WRONG_SQUARE), EXPLANATION, python(_CUBE), EXPLANATION, python(_SUM), python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        settings={"policy": "restart"},
    ),
    "python-restart-unreadable": Scenario(
        SQUARE,
        "ut",
        (python(WRONG_SQUARE), "It is right.", "It is.", python(RIGHT_SQUARE)),
        Ending.CORRECT,
        RIGHT_SQUARE,
        settings={"policy": "restart"},
    ),
    "sql-restart": Scenario(
        question,
        "expl",
        (
            sql(_ALL),
            COLUMNS,
            WRONG,
            sql(_NOTHING),
            WRONG,
            sql(_MISSPELT),
            sql(_UNSOLD),
            EXPLANATION,
            CORRECT,
            *PREFERRED,
        ),
        Ending.CORRECT,
        _UNSOLD,
        settings={"policy": "restart"},
        regressions=1,
    ),
    "python-unsure": Scenario(
        UNTESTED, "expl", (python(RIGHT_SQUARE), EXPLANATION, "Verdict: unsure"), Ending.UNSURE, RIGHT_SQUARE
    ),
    "python-out-of-calls": Scenario(
        SQUARE, "ut+expl", (python(WRONG_SQUARE), EXPLANATION), Ending.CALLS, WRONG_SQUARE, settings={"max_calls": 2}
    ),
    "python-out-of-tokens": Scenario(
        SQUARE,
        "ut+expl",
        (python(WRONG_SQUARE), EXPLANATION),
        Ending.TOKENS,
        WRONG_SQUARE,
        settings={"max_total_tokens": 20},
    ),
    # Replies that cannot be read: asked for again once, then recorded.
    "python-generate-repaired": Scenario(
        SQUARE, "ut", ("Which n?", python(RIGHT_SQUARE)), Ending.CORRECT, RIGHT_SQUARE
    ),
    "python-generate-unreadable": Scenario(SQUARE, "ut", ("Which n?", "I cannot."), Ending.UNREADABLE, None),
    "python-generate-empty": Scenario(SQUARE, "ut", ("", python(RIGHT_SQUARE)), Ending.CORRECT, RIGHT_SQUARE),
    "python-fix-unreadable": Scenario(
        SQUARE,
        "ut",
        (python(WRONG_SQUARE), "It is right.", "It is."),
        Ending.UNREADABLE,
        WRONG_SQUARE,
        settings={"policy": "chain"},
    ),
    "python-verdict-repaired": Scenario(
        UNTESTED, "expl", (python(RIGHT_SQUARE), EXPLANATION, "It looks fine.", CORRECT), Ending.CORRECT, RIGHT_SQUARE
    ),
    "python-verdict-unreadable": Scenario(
        UNTESTED, "expl", (python(RIGHT_SQUARE), EXPLANATION, "Fine.", "Fine!"), Ending.UNSURE, RIGHT_SQUARE
    ),
    "python-explanation-empty": Scenario(
        SQUARE,
        "ut+expl",
        (python(WRONG_SQUARE), "", " "),
        Ending.UNREADABLE,
        WRONG_SQUARE,
        settings={"policy": "chain"},
    ),
}
