-- engines: postgres, mysql; expect: error
SELECT * FROM (SELECT * FROM customer FOR UPDATE) AS c
