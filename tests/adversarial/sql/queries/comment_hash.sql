-- engines: mysql; expect: error
SELECT 1 # harmless
, SLEEP(30)
