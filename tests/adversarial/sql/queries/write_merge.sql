-- engines: duckdb, postgres; expect: error
MERGE INTO customer USING digits ON id = n WHEN MATCHED THEN DELETE
