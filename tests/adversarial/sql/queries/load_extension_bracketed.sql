-- engines: sqlite; expect: error
SELECT [load_extension] ('/tmp/selfdebug-escaped.so')
