-- engines: sqlite; expect: stopped
SELECT trim(hex(zeroblob(4000000)), hex(zeroblob(4000000)) || 'x')
