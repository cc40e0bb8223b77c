-- engines: postgres, mysql; expect: error
SELECT * FROM customer FOR UPDATE
