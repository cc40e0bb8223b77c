-- engines: duckdb; expect: error
SELECT * FROM glob('/etc/*')
