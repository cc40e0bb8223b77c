-- engines: mysql; expect: error
SELECT LOAD_FILE('/etc/passwd')
