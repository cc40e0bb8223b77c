-- engines: mysql; expect: error
LOAD DATA INFILE '/etc/passwd' INTO TABLE customer
