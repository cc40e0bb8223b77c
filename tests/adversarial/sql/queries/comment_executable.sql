-- engines: mysql; expect: error
SELECT 1 /*! INTO OUTFILE '/tmp/selfdebug-escaped' */
