-- engines: duckdb; expect: error
SELECT * FROM read_parquet('https://example.com/x.parquet')
