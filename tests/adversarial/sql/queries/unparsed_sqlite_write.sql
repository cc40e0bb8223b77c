-- engines: sqlite; expect: error
WITH x AS (SELECT 1  ) DELETE FROM customer
