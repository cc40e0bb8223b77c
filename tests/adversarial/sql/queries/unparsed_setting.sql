-- engines: duckdb; expect: error
SELECT 5 !, current_setting('memory_limit')
