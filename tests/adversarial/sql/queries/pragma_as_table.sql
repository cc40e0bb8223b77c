-- engines: sqlite; expect: error
SELECT * FROM pragma_database_list
