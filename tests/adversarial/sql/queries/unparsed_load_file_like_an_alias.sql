-- engines: mysql; expect: error
SELECT DISTINCT (name) load_file(name) FROM customer LIMIT ROWS EXAMINED 10
