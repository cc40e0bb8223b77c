-- engines: sqlite; expect: error
SELECT writefile('/tmp/selfdebug-escaped', 'x')
