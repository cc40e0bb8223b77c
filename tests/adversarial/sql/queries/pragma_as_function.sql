-- engines: sqlite; expect: error
SELECT * FROM pragma_table_info('customer')
