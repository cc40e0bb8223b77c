-- engines: mysql; expect: error
SELECT LOAD_FILE('/etc/passwd') FROM customer LIMIT ROWS EXAMINED 10
