-- engines: postgres; expect: error
SELECT lo_export(1, '/tmp/selfdebug-escaped')
