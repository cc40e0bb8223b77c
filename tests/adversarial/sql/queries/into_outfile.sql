-- engines: mysql; expect: error
SELECT * FROM customer INTO OUTFILE '/tmp/selfdebug-escaped'
