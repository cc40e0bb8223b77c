-- engines: mysql; expect: error
SELECT * FROM customer WHERE SLEEP(30) = 0
