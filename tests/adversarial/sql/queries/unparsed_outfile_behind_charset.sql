-- engines: mysql; expect: error
SELECT _gbk'繝' , name FROM customer LIMIT ROWS EXAMINED 10 INTO OUTFILE '/tmp/selfdebug-escaped'
