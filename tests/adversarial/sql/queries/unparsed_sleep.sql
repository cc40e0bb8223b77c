-- engines: mysql; expect: error
SELECT SLEEP(30) FROM customer LIMIT ROWS EXAMINED 10
