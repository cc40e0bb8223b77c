-- engines: mysql; expect: error
SELECT @a := name FROM customer LIMIT ROWS EXAMINED 10
