-- engines: mysql; expect: error
SELECT @@version, name FROM customer LIMIT ROWS EXAMINED 10
