-- engines: mysql; expect: error
VALUES (1); DROP TABLE customer
