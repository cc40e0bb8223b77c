-- engines: sqlite; expect: error
EXPLAIN QUERY PLAN DELETE FROM customer
