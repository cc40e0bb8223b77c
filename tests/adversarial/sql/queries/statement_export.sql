-- engines: duckdb; expect: error
EXPORT DATABASE '/tmp/selfdebug-escaped'
