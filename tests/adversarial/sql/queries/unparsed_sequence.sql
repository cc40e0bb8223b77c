-- engines: mysql; expect: error
SELECT NEXT VALUE FOR s FROM customer LIMIT ROWS EXAMINED 10
