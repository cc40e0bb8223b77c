-- engines: mysql; expect: error
SELECT name FROM customer LIMIT 1 INTO DUMPFILE '/tmp/selfdebug-escaped'
