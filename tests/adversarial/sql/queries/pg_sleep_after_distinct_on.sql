-- engines: postgres; expect: error
SELECT DISTINCT ON (id) pg_sleep(30) FROM customer
