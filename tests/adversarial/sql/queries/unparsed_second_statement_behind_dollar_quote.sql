-- engines: postgres; expect: harmless
SELECT box '((0,0),(1,1))' @> point '(0,0)', $a$ ' $a$, ' $b$ ; DROP TABLE customer; -- $b$ '
