-- engines: postgres; expect: error
SELECT * FROM dblink('dbname=shop', 'DROP TABLE customer') AS (x text)
