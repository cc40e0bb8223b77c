-- engines: postgres, mysql; expect: error
SELECT ｐｇ_ｓｌｅｅｐ(30)
