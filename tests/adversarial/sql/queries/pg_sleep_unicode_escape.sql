-- engines: postgres; expect: error
SELECT U&"pg\005fsleep"(30)
