-- engines: sqlite, duckdb; expect: error
ATTACH '/tmp/selfdebug-escaped.db' AS escaped
