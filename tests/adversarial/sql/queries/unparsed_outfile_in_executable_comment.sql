-- engines: mysql; expect: error
SELECT name FROM customer LIMIT ROWS EXAMINED 10 /*! INTO OUTFILE '/tmp/selfdebug-escaped' */
