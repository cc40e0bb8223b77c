-- engines: mysql; expect: error
SELECT GET_LOCK('a', 9) FROM customer LIMIT ROWS EXAMINED 10
