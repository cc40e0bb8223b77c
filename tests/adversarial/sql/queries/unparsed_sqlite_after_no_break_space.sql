-- engines: sqlite; expect: error
SELECT 1  ; DROP TABLE customer
