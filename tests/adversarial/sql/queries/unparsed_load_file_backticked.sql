-- engines: mysql; expect: error
SELECT `load_file`('/etc/passwd') FROM customer LIMIT ROWS EXAMINED 10
