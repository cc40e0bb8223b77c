-- engines: duckdb; expect: error
SELECT 5 ! FROM "/etc/passwd.csv"
