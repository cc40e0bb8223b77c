"""Which text runs for a prediction."""

from __future__ import annotations

import sqlite3

import pytest
import sqlparse
from hypothesis import given, settings
from hypothesis import strategies as st

from selfdebug.benchmarks.sql.texts import (
    is_doubled,
    is_ordered,
    normal_form,
    predicted_text,
    prepared_text,
    runnable_text,
)
from selfdebug.benchmarks.sql.values import TooManyAlternativesError, alternatives

WORDS = (
    *("SELECT", "distinct", "DISTINCT", "Distinct", "name", "FROM", "t1.distinct", "distinct(", '"distinct"'),
    *("'distinct'", "'", '"', " distinct ", "'it''s'", "count(", ")", ",", ".", "*", "=", "!=", "<>", "-", "1", "1.5"),
    *(";", "go", "GO", "union", "all", "order", "by", "--", "/*distinct*/", "#", "$x", "[a]", "\\", "é", "%", "%s"),
    *("x'41'", "like", "not", "null"),
)
pieces = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(["", " ", "\n"])), max_size=12)
texts = pieces.map(lambda found: "".join(word + space for word, space in found))


@given(texts)
@settings(max_examples=200, deadline=None)
def test_distinct_is_taken_out_as_sqlparse_cuts_the_text(text: str) -> None:
    statements = sqlparse.parse(prepared_text(text, True))  # "<> =" has an operator that was pulled apart
    if statements:
        kept = [token.value for token in statements[0].flatten() if token.value.lower() != "distinct"]
        assert prepared_text(text, False).rstrip() == "".join(kept).rstrip()


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("SELECT DISTINCT a FROM b WHERE c = 'distinct'", "SELECT  a FROM b WHERE c = 'distinct'"),
        ("SELECT a WHERE b > = 3 AND c ! = 4", "SELECT a WHERE b >= 3 AND c != 4"),
        ("SELECT 1; SELECT 2", "SELECT 1; "),
    ],
)
def test_texts_are_prepared_as_the_official_evaluator_does(text: str, prepared: str) -> None:
    assert prepared_text(text, False) == prepared
    assert predicted_text("a = value AND b = 'values'") == "a = 1 AND b = '1s'"
    assert runnable_text("SELECT YEAR( curdate ()) - 1") == "SELECT 2020- 1"


def test_comments_are_taken_out_where_sqlite_finds_them() -> None:
    assert runnable_text("SELECT a ORDER -- by b\nBY/* 'c */ d") == "SELECT a ORDER  \nBY  d"
    quoted = "SELECT '--', \"/*\", `--`, [/*] FROM a"
    assert runnable_text(quoted) == quoted
    assert runnable_text("SELECT 1 /* to the end") == "SELECT 1  "


def test_order_matters_where_the_gold_query_has_the_two_words_with_one_space() -> None:
    assert is_ordered("select a Order By b")
    assert is_ordered("select * from (select a order by b)")
    assert not is_ordered("select a order  by b")


def test_two_semicolons_outside_of_texts_are_two_statements() -> None:
    assert is_doubled("SELECT 1; ;")
    assert is_doubled(runnable_text("SELECT 1;/* */;"))
    assert not is_doubled("SELECT ';;';")
    assert not is_doubled(runnable_text("SELECT 1; -- ;;"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT Name ,  count( * ) FROM T WHERE a = 'X'", "select name, count(*) from t where a = 'X' ;"),
        ("SELECT a FROM b", "\tselect A\nfrom B"),
    ],
)
def test_texts_that_mean_the_same_have_one_normal_form(one: str, other: str) -> None:
    assert normal_form(one) == normal_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 'A'", "SELECT 'a'"),
        ('SELECT "A"', 'SELECT "a"'),
        ("SELECT x'41'", "SELECT x '41'"),
        ("SELECT 'a  b'", "SELECT 'a b'"),
        ("SELECT 'a , b'", "SELECT 'a,b'"),
        ("SELECT 1 > = 2", "SELECT 1 >= 2"),
        ("SELECT a -- b\nFROM c", "SELECT a -- b FROM c"),
    ],
)
def test_texts_that_may_mean_something_else_do_not(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


SQL_WORDS = (
    *("SELECT", "a", "A", "b", '"A"', "'A'", "'a'", "x'41'", "X", ",", "(", ")", "*", "+", "-", "1", "1.5", "=", "<"),
    *(">", "!", "AS", "FROM", "t", "T", "WHERE", "count(*)", '"t"', '"a"', "||", ".", "--", "/*", "*/", "\n"),
)


@given(st.lists(st.tuples(st.sampled_from(SQL_WORDS), st.sampled_from(["", " ", "  "])), max_size=9))
@settings(max_examples=150, deadline=None)
def test_a_normal_form_gives_the_rows_of_its_text(found: list[tuple[str, str]]) -> None:
    text = "SELECT " + "".join(word + space for word, space in found)
    assert _rows(normal_form(runnable_text(text))) == _rows(text)


def _rows(sql: str) -> object:
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'A'), (2.5, 'a')")
        return connection.execute(sql).fetchall()
    except (sqlite3.Error, sqlite3.Warning):
        return "an error"
    finally:
        connection.close()


def test_values_of_the_gold_query_are_tried_in_each_place() -> None:
    gold = "SELECT a FROM b WHERE c = 'x' AND d > 5"
    found = alternatives(gold, "SELECT a FROM b WHERE d > 1 AND c = 'y'")
    assert found[0] == "SELECT a FROM b WHERE d > 1 AND c = 'y'"
    assert set(found[1:]) == {
        f"select a from b where d > {first} and c = {second}" for first in ("'x'", "5") for second in ("'x'", "5")
    }


def test_a_prediction_with_more_places_than_can_be_filled_is_turned_down() -> None:
    with pytest.raises(TooManyAlternativesError):
        alternatives("SELECT 1 , 2", "SELECT " + " , ".join("3" * 40))
