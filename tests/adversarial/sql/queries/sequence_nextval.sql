-- engines: duckdb, postgres, mysql; expect: error
SELECT nextval('s')
