-- engines: duckdb; expect: error
SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')
