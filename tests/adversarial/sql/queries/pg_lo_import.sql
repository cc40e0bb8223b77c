-- engines: postgres; expect: error
SELECT lo_import('/etc/passwd')
