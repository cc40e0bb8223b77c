-- engines: postgres; expect: error
COPY customer FROM PROGRAM 'echo 9'
