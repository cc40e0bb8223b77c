-- engines: mysql; expect: error
EXECUTE IMMEDIATE 'DROP TABLE customer'
