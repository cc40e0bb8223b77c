-- engines: sqlite; expect: error
VACUUM INTO '/tmp/selfdebug-escaped.db'
