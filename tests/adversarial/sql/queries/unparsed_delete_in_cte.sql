-- engines: postgres; expect: error
WITH gone AS (DELETE FROM customer RETURNING *) SELECT box '((0,0),(1,1))' @> point '(0,0)' FROM gone
