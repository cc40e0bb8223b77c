-- engines: sqlite; expect: error
PRAGMA writable_schema = ON
