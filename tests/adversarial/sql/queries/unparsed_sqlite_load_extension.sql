-- engines: sqlite; expect: error
SELECT 1, load_extension('/tmp/x')
