-- engines: mysql; expect: error
SELECT * FROM customer LOCK IN SHARE MODE
