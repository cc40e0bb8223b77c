-- engines: postgres; expect: error
SELECT dblink_exec('dbname=shop', 'DROP TABLE customer')
