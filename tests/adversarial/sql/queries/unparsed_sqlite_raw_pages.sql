-- engines: sqlite; expect: error
SELECT * FROM sqlite_dbpage  
