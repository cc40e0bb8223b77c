-- engines: sqlite; expect: error
SELECT readfile('/etc/passwd')
