-- engines: sqlite, duckdb, postgres, mysql; expect: error
UPDATE customer SET city = 'Paris'
