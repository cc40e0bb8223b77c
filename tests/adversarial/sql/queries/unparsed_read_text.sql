-- engines: duckdb; expect: error
SELECT 5 !, content FROM read_text('/etc/passwd')
