-- engines: postgres; expect: error
COPY customer TO PROGRAM 'touch /tmp/selfdebug-escaped'
