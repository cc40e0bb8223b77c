-- engines: mysql; expect: error
SELECT name FROM customer LIMIT ROWS EXAMINED 10 /*M! INTO OUTFILE '/tmp/selfdebug-escaped' */
