-- engines: mysql; expect: error
SELECT name FROM customer LIMIT ROWS EXAMINED 10 LOCK IN SHARE MODE
