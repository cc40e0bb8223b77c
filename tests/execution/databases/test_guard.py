"""What the full check lets through, and what the engine then sees."""

from __future__ import annotations

import pytest

from selfdebug.execution.databases.guard import RefusedError, check
from selfdebug.execution.databases.words import WORDS

KNOWN = (
    WORDS["sqlite"]["functions"]
    | WORDS["mysql"]["functions"]
    | {"unnest", "generate_series", "string_agg", "to_char", "array_agg", "now"}
)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        (
            "sqlite",
            "SELECT a, count(*) FROM t GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC LIMIT 3 OFFSET 1",
        ),
        ("sqlite", "VALUES (1), (2)"),
        (
            "sqlite",
            "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9) SELECT * FROM t",
        ),
        ("sqlite", "WITH a AS MATERIALIZED (SELECT 1 AS x) SELECT * FROM a"),
        ("sqlite", "SELECT CAST(a AS DECIMAL(10, 2)), iif(a > 1, 'x', 'y') FROM t"),
        ("sqlite", "SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t"),
        ("sqlite", "SELECT [a b], `c` FROM \"t\" WHERE name LIKE '%into%'"),
        ("sqlite", "SELECT 1 INTERSECT SELECT 2 EXCEPT SELECT 3"),
        ("sqlite", "SELECT json_extract(a, '$.b'), a -> '$.c' FROM t, json_each(t.a)"),
        ("postgres", "SELECT DISTINCT ON (a) a, b::varchar(10) FROM t ORDER BY a"),
        ("postgres", "SELECT count(*) FILTER (WHERE a > 1), array_agg(b ORDER BY b) FROM t"),
        ("postgres", "SELECT * FROM generate_series(1, 3) AS g(n), LATERAL (SELECT n) AS l(m)"),
        ("postgres", "SELECT EXTRACT(year FROM now()), pg_catalog.lower('A'), $$a;b$$, a ~ 'x'"),
        ("postgres", "SELECT a FROM t WHERE a = ANY (ARRAY[1, 2]) AND NOT EXISTS (SELECT 1)"),
        ("postgres", "SELECT a FROM t GROUP BY GROUPING SETS ((a), ())"),
        ("postgres", "(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1"),
        ("mysql", "SELECT GROUP_CONCAT(DISTINCT a ORDER BY a SEPARATOR ';'), IF(a, 1, 2) FROM t"),
        ("mysql", "SELECT DATE_ADD(NOW(), INTERVAL 1 DAY), LEFT('abc', 2), `x` FROM t -- done"),
        ("mysql", "SELECT REPLACE(a, 'x', 'y'), INSERT('abc', 1, 1, 'z'), CONVERT(a, CHAR(10)) FROM t"),
        ("duckdb", "FROM t SELECT a WHERE a > 1"),
        (
            "duckdb",
            "SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) FROM t QUALIFY row_number() OVER (ORDER BY b) = 1",
        ),
        ("duckdb", "SELECT unnest([1, 2, 3]), {'a': 1}"),
    ],
)
def test_ordinary_queries_pass(dialect: str, sql: str) -> None:
    check(sql, dialect, KNOWN.__contains__)


def test_the_engine_sees_no_comment_and_no_semicolon() -> None:
    sql = "/* a */ SELECT 1 -- b\n, '-- c', /* d */ 2 ; -- e"
    assert check(sql, "sqlite", KNOWN.__contains__).sql == "SELECT 1\n, '-- c', 2"


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres", "mysql"])
def test_texts_and_names_reach_the_engine_unchanged(dialect: str) -> None:
    mark = "`" if dialect == "mysql" else '"'
    sql = f"SELECT 'it''s', 'ł /* no comment */', {mark}a  b{mark}, 1.50, 0.1e3 FROM t"
    assert check(sql, dialect, KNOWN.__contains__).sql == sql


def test_a_refusal_says_what_was_refused() -> None:
    with pytest.raises(RefusedError, match="pg_sleep"):
        check("SELECT pg_sleep(1)", "postgres", KNOWN.__contains__)
    with pytest.raises(RefusedError, match="not DROP"):
        check("DROP TABLE t", "sqlite", KNOWN.__contains__)
    with pytest.raises(RefusedError, match="this is 2"):
        check("SELECT 1; SELECT 2", "sqlite", KNOWN.__contains__)


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb", "postgres", "mysql"])
def test_an_order_by_in_a_subquery_does_not_order(dialect: str) -> None:
    assert not check("SELECT a FROM (SELECT a FROM t ORDER BY a) AS x", dialect, KNOWN.__contains__).ordered
    assert check("SELECT a FROM t UNION SELECT b FROM t ORDER BY 1", dialect, KNOWN.__contains__).ordered
    assert check("WITH x AS (SELECT 1 AS a) SELECT a FROM x ORDER BY a", dialect, KNOWN.__contains__).ordered
