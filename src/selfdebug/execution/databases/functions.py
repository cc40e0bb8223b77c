"""Which functions a query may call: an allow-list for each engine, so that what nobody thought of is refused.

PostgreSQL and DuckDB describe their functions, so their lists are read from the engine's catalogue (built in,
and free of side effects by its own word) plus the few volatile ones named here. SQLite and MySQL have fixed
lists. The names themselves are in `words.toml`.
"""

from __future__ import annotations

from selfdebug.execution.databases.words import WORDS

WORDS_BEFORE_PARENTHESIS = WORDS["common"]["before_parenthesis"]
"""Keywords, clauses and types that may stand before a parenthesis without calling anything."""

SQLITE_FUNCTIONS = WORDS["sqlite"]["functions"]
MYSQL_FUNCTIONS = WORDS["mysql"]["functions"]
POSTGRES_VOLATILE_ALLOWED = WORDS["postgres"]["volatile_allowed"]
POSTGRES_GRAMMAR = WORDS["postgres"]["grammar"]
POSTGRES_REFUSED = WORDS["postgres"]["refused"]
DUCKDB_VOLATILE_ALLOWED = WORDS["duckdb"]["volatile_allowed"]
DUCKDB_TABLE_FUNCTIONS = WORDS["duckdb"]["table_functions"]
DUCKDB_GRAMMAR = WORDS["duckdb"]["grammar"]
DUCKDB_REFUSED = WORDS["duckdb"]["refused"]
