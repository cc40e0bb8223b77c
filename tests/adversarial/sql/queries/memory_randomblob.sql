-- engines: sqlite; expect: stopped
SELECT randomblob(2000000000)
