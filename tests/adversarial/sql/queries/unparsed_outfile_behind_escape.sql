-- engines: mysql; expect: error
SELECT '\'' , ' INTO OUTFILE ''/tmp/selfdebug-escaped'' -- ' FROM customer LIMIT ROWS EXAMINED 10 INTO OUTFILE '/tmp/selfdebug-escaped'
