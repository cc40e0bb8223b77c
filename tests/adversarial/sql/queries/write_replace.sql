-- engines: sqlite, mysql; expect: error
REPLACE INTO customer VALUES (1, 'Eve', 'Paris')
