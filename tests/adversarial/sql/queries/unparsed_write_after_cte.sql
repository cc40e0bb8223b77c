-- engines: mysql; expect: error
WITH x AS (SELECT name FROM customer LIMIT ROWS EXAMINED 10) DELETE FROM customer
