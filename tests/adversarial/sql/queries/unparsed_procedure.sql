-- engines: mysql; expect: error
SELECT * FROM customer LIMIT ROWS EXAMINED 10 PROCEDURE ANALYSE(10, 2000)
