-- engines: mysql; expect: error
HANDLER customer OPEN
