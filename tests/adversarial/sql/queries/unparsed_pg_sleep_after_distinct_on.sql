-- engines: postgres; expect: error
SELECT DISTINCT ON (id) pg_sleep(id), box '((0,0),(1,1))' @> point '(0,0)' FROM customer
