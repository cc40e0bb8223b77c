-- engines: sqlite; expect: stopped
SELECT printf('%.*c', 2000000000, 'x')
