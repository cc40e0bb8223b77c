-- engines: mysql; expect: error
SELECT * FROM customer PROCEDURE ANALYSE(10, 2000)
