-- engines: postgres; expect: error
SELECT * FROM customer FOR KEY SHARE
