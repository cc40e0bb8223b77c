-- engines: mysql; expect: error
SELECT 1 /*!50000 , SLEEP(30) */
