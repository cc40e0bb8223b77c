-- engines: postgres; expect: error
SELECT lo_from_bytea(0, 'evil')
