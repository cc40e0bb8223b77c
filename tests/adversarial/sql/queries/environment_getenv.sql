-- engines: duckdb; expect: error
SELECT getenv('HOME')
