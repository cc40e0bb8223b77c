-- engines: mysql; expect: error
SELECT {fn load_file('/etc/passwd')} FROM customer LIMIT ROWS EXAMINED 10
