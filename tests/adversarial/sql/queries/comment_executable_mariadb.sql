-- engines: mysql; expect: error
SELECT 1 /*M! , SLEEP(30) */
