-- engines: mysql; expect: error
SELECT 1 --1 INTO OUTFILE '/tmp/selfdebug-escaped' LIMIT ROWS EXAMINED 10
