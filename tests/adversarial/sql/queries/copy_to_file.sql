-- engines: duckdb, postgres; expect: error
COPY customer TO '/tmp/selfdebug-escaped'
