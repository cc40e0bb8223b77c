-- engines: postgres; expect: error
SELECT * FROM pg_ls_dir('/')
