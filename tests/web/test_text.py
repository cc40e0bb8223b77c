"""What is shown of hostile text, of programs, of explanations and of traces."""

from __future__ import annotations

import pytest

from selfdebug.feedback import FAILED
from selfdebug.outcome import Outcome, TraceStep
from selfdebug.problem import Program
from selfdebug.prompts.traces import as_trace
from selfdebug.trajectory import Turn
from selfdebug.web.code import program_rows
from selfdebug.web.explanations import placed
from selfdebug.web.links import Links
from selfdebug.web.text import brief, cut, marked, shown
from selfdebug.web.traces import steps_of
from selfdebug.web.views import turn_views

from .making import HOSTILE, LONG, UNSEEN

QUERY = (
    "SELECT a, (SELECT max(b) FROM y WHERE c = 1) FROM x LEFT OUTER JOIN y ON x.i = y.i WHERE d = 'GROUP BY'"
    " GROUP BY a UNION ALL SELECT 1 FROM z ORDER BY a LIMIT 3"
)
BEFORE = Program("def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total\n", "python")
AFTER = Program("def f(xs):\n    total = 1\n    for x in xs:\n        total += x\n    return total\n", "python")


def test_nothing_of_a_text_is_markup() -> None:
    found = marked(HOSTILE)
    assert "<" not in found
    assert found.unescape() == HOSTILE


def test_what_is_not_seen_stands_as_its_escape() -> None:
    found = marked(UNSEEN + "\ud800\r\né\t中")
    assert '<span class="escape">\\u202e</span>reversed' in found
    assert '<span class="escape">\\ud800</span>\né\t中' in found
    assert "\x1b" not in found


def test_long_texts_are_cut_and_say_by_how_much() -> None:
    assert cut("short\n") == cut("short\n", 10, 10)
    assert cut("short\n").missing == 0
    assert cut(LONG).missing == 5_000_000 - 1_000
    assert cut("a\n" * 1_000).text == "a\n" * 399 + "a"
    assert cut("a\r\nb").missing == 0
    assert shown(LONG).endswith('<span class="cut"> … 4,999,000 more characters</span>')
    assert len(brief(LONG)) == 121
    assert brief("two\nlines  \u202e") == "two lines \\u202e"


def test_a_query_on_one_line_has_a_row_for_each_clause() -> None:
    assert [row.text for row in program_rows(Program(QUERY, "sql")).rows] == [
        "SELECT a, (SELECT max(b) FROM y WHERE c = 1)", "FROM x", "LEFT OUTER JOIN y ON x.i = y.i",
        "WHERE d = 'GROUP BY'", "GROUP BY a", "UNION ALL", "SELECT 1", "FROM z", "ORDER BY a", "LIMIT 3",
    ]  # fmt: skip


def test_a_query_on_several_lines_keeps_them() -> None:
    rows = program_rows(Program("SELECT a FROM x\nWHERE b = 1", "sql")).rows
    assert [(row.number, row.text) for row in rows] == [(1, "SELECT a FROM x"), (2, "WHERE b = 1")]


def test_lines_are_numbered_as_errors_and_traces_count_them() -> None:
    rows = program_rows(Program("\n\ndef f():\n    return 1\n\n", "python")).rows
    assert [(row.number, row.text) for row in rows] == [(1, ""), (2, ""), (3, "def f():"), (4, "    return 1")]


def test_what_changed_stands_in_its_place() -> None:
    found = program_rows(AFTER, BEFORE)
    assert [(row.sign, row.number) for row in found.rows] == [("", 1), ("-", 2), ("+", 2), ("", 3), ("", 4), ("", 5)]
    assert found.changed == (1, 1)
    assert program_rows(AFTER, AFTER).changed == (0, 0)


@pytest.mark.parametrize("language", ["python", "sql", "cpp", "java", "javascript", "rust", "go", "klingon"])
def test_a_hostile_program_is_highlighted_in_any_language_and_stays_text(language: str) -> None:
    program = Program(f"x = '''{HOSTILE}\n# {UNSEEN}\n\n/* {HOSTILE}\n", language)
    rows = program_rows(program, Program(HOSTILE, language)).rows
    for row in rows:
        assert "<script" not in row.code
        assert row.code.striptags().replace(" ", "") or not row.text
    assert next(row.text for row in rows if row.sign != "-").startswith("x = '''")


def test_a_program_that_is_too_long_is_cut_and_a_comparison_too_large_is_left_out() -> None:
    assert program_rows(Program(LONG, "python")).missing == 4_999_000
    many = Program("x = 1\n" * 2_000, "python")
    assert not any(row.sign for row in program_rows(many, Program("y = 1\n" * 2_000, "python")).rows)


def test_blocks_that_ran_stay_in_one_piece() -> None:
    blocks = "[BLOCK-1]\ncall f(xs = [1])\nline 2: total = 0\nafter: total = 0"
    (view,) = turn_views([Turn(BEFORE, Outcome(), FAILED, blocks)], feedback="ut+ldb")
    assert (view.blocks, view.steps, view.notes.rest, view.notes.beside) == (blocks, (), "", {})


def test_explanations_stand_beside_the_lines_that_they_number_quote_or_name() -> None:
    rows = program_rows(AFTER, BEFORE).rows  # the row of index 1 is gone
    text = "Line 2: it starts at 1.\n- 3-4: adds all up.\n`return total` gives it.\nLine 99: nothing.\nSo it is a sum."
    found = placed(text, rows)
    assert found.beside == {2: ("it starts at 1.",), 3: ("adds all up.",), 5: ("`return total` gives it.",)}
    assert found.rest == "Line 99: nothing.\nSo it is a sum."


def test_equal_clauses_are_explained_in_their_order() -> None:
    rows = program_rows(Program(QUERY, "sql")).rows
    found = placed("FROM x.\nLEFT JOIN: on i.\nWHERE: d.\nSELECT: a.\nSELECT: 1.\nFROM z.\nHAVING: none.", rows)
    assert {place: texts[0] for place, texts in found.beside.items()} == {
        1: "FROM x.", 2: "LEFT JOIN: on i.", 3: "WHERE: d.", 0: "SELECT: a.", 6: "SELECT: 1.", 7: "FROM z.",
    }  # fmt: skip
    assert found.rest == "HAVING: none."


def test_a_recorded_trace_is_read_back_with_the_variables_of_each_call() -> None:
    program = Program("def g(a: int) -> int:\n    b = a + 1\n    return b\n\ndef f():\n    return g(2)\n", "python")
    recorded = (
        TraceStep(5, "f", "call", {}),
        TraceStep(6, "f", "line", {}),
        TraceStep(1, "g", "call", {"a": "2"}),
        TraceStep(2, "g", "line", {}),
        TraceStep(3, "g", "line", {"b": "'x = 1, y -> 2'"}),
        TraceStep(3, "g", "return", {"return": "3"}),
        TraceStep(6, "f", "return", {"return": "3"}),
    )
    steps = steps_of(as_trace(recorded, program), program)
    assert [(step.line, step.depth) for step in steps] == [(None, 1), (6, 1), (None, 2), (2, 2), (3, 2)]
    assert steps[2].variables[0].value == "2"
    assert steps[3].happened == "b = 'x = 1, y -> 2'"
    assert steps[4].happened == "returns 3"


def test_what_is_no_trace_has_no_steps() -> None:
    assert steps_of("The program adds.\ncall me maybe", BEFORE) == ()


def test_addresses_of_files_are_paths_everywhere() -> None:
    files = Links("../", exported=True)
    assert files.run("mbpp-1/ut+expl") == "../runs/mbpp-1/ut+expl/index.html"
    assert "/../" not in files.path("../..")[2:]
    assert files.path("a/<b>") != files.path("a/<c>")
    assert files.path("Mine-1/ut").lower() != files.path("mine-1/ut")  # one folder to some systems
    assert not files.path("mine./ut").split("/")[1].endswith(".")
    assert Links().trajectory("a b/ut+expl", 3) == "/runs/a%20b/ut+expl/3"
