-- engines: postgres, mysql; expect: error
GRANT ALL ON customer TO reader
