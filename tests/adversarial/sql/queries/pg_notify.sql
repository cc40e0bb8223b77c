-- engines: postgres; expect: error
SELECT pg_notify('x', 'y')
