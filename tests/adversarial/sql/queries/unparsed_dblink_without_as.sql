-- engines: postgres; expect: error
SELECT box '((0,0),(1,1))' @> point '(0,0)' FROM dblink('dbname=shop', 'DELETE FROM customer RETURNING 1') t(a int)
