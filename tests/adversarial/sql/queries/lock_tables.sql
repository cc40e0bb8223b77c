-- engines: postgres, mysql; expect: error
LOCK TABLE customer IN ACCESS EXCLUSIVE MODE
