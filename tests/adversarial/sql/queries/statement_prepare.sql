-- engines: duckdb, postgres, mysql; expect: error
PREPARE evil AS DELETE FROM customer
