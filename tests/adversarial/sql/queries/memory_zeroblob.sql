-- engines: sqlite; expect: stopped
SELECT hex(zeroblob(900000000))
