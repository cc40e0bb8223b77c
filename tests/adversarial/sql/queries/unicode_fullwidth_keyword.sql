-- engines: sqlite, duckdb, postgres, mysql; expect: error
ＤＲＯＰ TABLE customer
