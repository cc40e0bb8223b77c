-- engines: postgres, mysql; expect: error
SHOW VARIABLES
