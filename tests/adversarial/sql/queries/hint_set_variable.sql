-- engines: mysql; expect: error
SELECT /*+ SET_VAR(max_execution_time = 0) */ 1
