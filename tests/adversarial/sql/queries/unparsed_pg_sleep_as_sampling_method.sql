-- engines: postgres; expect: error
SELECT box '((0,0),(1,1))' @> point '(0,0)' FROM customer TABLESAMPLE pg_sleep(30)
