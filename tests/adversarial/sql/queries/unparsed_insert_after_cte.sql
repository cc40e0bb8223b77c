-- engines: postgres; expect: error
WITH x AS (SELECT box '((0,0),(1,1))' @> point '(0,0)' AS b) INSERT INTO customer SELECT 9, 'Eve', 'Paris' FROM x
