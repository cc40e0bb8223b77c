"""Read-only SQL of an engine's own, much of it unknown to sqlglot, runs; what only looks like it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from selfdebug.execution.databases import Database
from selfdebug.execution.databases.guard import UnparsableError, check_tokens
from selfdebug.execution.databases.lexing import one_statement

RUN = {
    "postgres": [
        ("SELECT count(*) FROM customer TABLESAMPLE BERNOULLI (100)", 3),
        ("SELECT count(*) FROM customer TABLESAMPLE SYSTEM (100) REPEATABLE (3)", 3),
        ("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM purchase", 2),
        ("SELECT mode() WITHIN GROUP (ORDER BY customer_id) FROM purchase", 1),
        ("SELECT |/ 25.0", 5.0),
        ("SELECT @ -5", 5),
        ("SELECT box '((0,0),(1,1))' @> point '(0.5,0.5)'", True),
        ("SELECT inet '10.0.0.1' <<= inet '10.0.0.0/8'", True),
        ("SELECT name FROM customer ORDER BY name USING < LIMIT 1", "Ada"),
        ("SELECT xmlelement(name a, xmlattributes('x' AS b))", '<a b="x"/>'),
        ("SELECT a FROM xmltable('/r/i' PASSING XMLPARSE(CONTENT '<r><i>1</i></r>') COLUMNS a int PATH '.')", 1),
        ("SELECT n FROM customer CROSS JOIN LATERAL (SELECT id + 1) l(n) ORDER BY id", 2),
        ("SELECT b FROM (VALUES (1, 2)) t(a, b)", 2),
        ("SELECT substring('abc' similar 'a#\"b#\"c' escape '#')", "b"),
        ("SELECT 1 OPERATOR(pg_catalog.+) 2", 3),
        ("SELECT '{\"a\": 1}'::jsonb ?| array['a'], @ -5", True),
    ],
    "mysql": [
        ("SELECT name FROM customer USE INDEX (PRIMARY) WHERE id = 1", "Ada"),
        ("SELECT name FROM customer FORCE INDEX FOR ORDER BY (PRIMARY) ORDER BY id", "Ada"),
        ("SELECT name FROM customer IGNORE KEY (PRIMARY) WHERE id = 2", "Grace"),
        ("SELECT GROUP_CONCAT(n ORDER BY n SEPARATOR '-' LIMIT 2) FROM digits", "0-1"),
        ("SELECT id FROM customer ORDER BY id LIMIT ROWS EXAMINED 1000", 1),
        ("VALUES (7), (8)", 7),
        ("WITH RECURSIVE t AS (SELECT 1 AS n UNION SELECT n % 3 + 1 FROM t) CYCLE n RESTRICT SELECT max(n) FROM t", 3),
        ("SELECT PERCENTILE_DISC(0) WITHIN GROUP (ORDER BY n) OVER () FROM digits LIMIT 1", 0),
    ],
    "duckdb": [
        ("SELECT count(*) FROM customer TABLESAMPLE 100%", 3),
        ("SELECT count(*) FROM customer USING SAMPLE reservoir(5 ROWS) REPEATABLE (1)", 3),
        ("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM purchase", 2),
        ("SELECT i FROM range(3) t(i) WHERE i = 2", 2),
        ("SELECT b FROM (VALUES (1, 2)) t(a, b)", 2),
        ("SELECT 5 !", 120),
        ("SELECT TRY(sqrt(4))", 2.0),
        ("SELECT 'a'::ENUM('a', 'b')", "a"),
    ],
    "sqlite": [
        ("SELECT id FROM purchase NOT INDEXED WHERE price > 10", 2),
        ("SELECT (1, 2) IN (VALUES (1, 2))", 1),
        ("SELECT name ISNULL FROM customer WHERE id = 1", 0),
        ("SELECT 0x1F", 31),
    ],
}
CASES = [pytest.param(engine, id=engine) for engine in RUN]


@pytest.mark.parametrize("engine", CASES)
def test_valid_reading_is_not_refused_for_want_of_a_grammar(engine: str, place: Callable[[str], str]) -> None:
    with Database.open(place(engine)) as database:
        for sql, expected in RUN[engine]:
            outcome = database.query_sync(sql)
            assert outcome.error is None, (sql, outcome.error)
            assert outcome.rows[0][0] == expected, sql


def known(name: str) -> bool:
    return name in ("lower", "count")


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "SELECT 1; SELECT 2"),
        ("postgres", "SELECT $$a$$"),
        ("postgres", r"SELECT E'\''"),
        ("postgres", r"SELECT U&'\0041'"),
        ("postgres", "SELECT 1 /* /* */ */"),
        ("postgres", "SELECT 'a"),
        ("postgres", "SELECT größe"),
        ("mysql", r"SELECT '\''"),
        ("mysql", "SELECT 1 /*! + 1 */"),
        ("mysql", "SELECT 1 /*M! + 1 */"),
        ("mysql", "SELECT /*+ SET_VAR(a = 1) */ 1"),
        ("mysql", "SELECT 1 --1"),
        ("mysql", "SELECT @a"),
        ("mysql", "SELECT {d '2024-01-01'}"),
        ("sqlite", "SELECT ?"),
        ("sqlite", "SELECT :a"),
        ("duckdb", "SELECT $a"),
        ("duckdb", "SELECT\u00a01"),
    ],
)
def test_a_text_whose_tokens_are_not_certain_is_not_read(dialect: str, sql: str) -> None:
    assert one_statement(sql, dialect) is None
    with pytest.raises(UnparsableError):
        check_tokens(sql, dialect, known)


@pytest.mark.parametrize(
    ("dialect", "sql", "texts"),
    [
        ("postgres", "SELECT 'it''s' -- ' ;\n, \"a\"\"b\", 1.5e3::int;", "SELECT|'it''s'|,|a\"\"b|,|1.5e3|:|:|int"),
        ("postgres", "SELECT 'a\\' , 'b'", "SELECT|'a\\'|,|'b'"),
        ("mysql", 'SELECT `a``b`, "x""y" # ;\n FROM t', 'SELECT|a``b|,|"x""y"|FROM|t'),
        ("mysql", "SELECT 1 -- ;\n, 2", "SELECT|1|,|2"),
        ("sqlite", "SELECT [a;b], x'00' /* ; */ ; -- end", "SELECT|a;b|,|x|'00'"),
        ("sqlite", "\ufeffSELECT\u00a0a", "SELECT\u00a0a"),
    ],
)
def test_tokens_are_cut_where_the_engine_cuts_them(dialect: str, sql: str, texts: str) -> None:
    tokens = one_statement(sql, dialect)
    assert tokens is not None
    assert "|".join(token.text for token in tokens) == texts


def test_only_an_order_of_the_whole_result_counts() -> None:
    def ordered(sql: str) -> Any:
        return check_tokens(sql, "mysql", known).ordered

    assert ordered("SELECT a FROM t ORDER BY a LIMIT ROWS EXAMINED 5")
    assert not ordered("SELECT a FROM (SELECT a FROM t ORDER BY a) AS x LIMIT ROWS EXAMINED 5")
    assert not ordered("SELECT a FROM t USE INDEX FOR ORDER BY (i) LIMIT ROWS EXAMINED 5")


@pytest.mark.parametrize("engine", ["postgres", "mysql", "sqlite"])
def test_a_no_break_space_is_no_space(engine: str, place: Callable[[str], str]) -> None:
    with Database.open(place(engine)) as database:
        assert database.query_sync("SELECT\u00a0name FROM customer").error is not None
        assert database.query_sync("SELECT name FROM customer WHERE name <> 'a\u00a0b' -- \u00a0").error is None
