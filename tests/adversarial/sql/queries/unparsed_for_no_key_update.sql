-- engines: postgres; expect: error
SELECT box '((0,0),(1,1))' @> point '(0,0)' FROM customer FOR NO KEY UPDATE SKIP LOCKED
