-- engines: sqlite; expect: stopped
SELECT instr(hex(zeroblob(8000000)), hex(zeroblob(4000000)) || '1')
