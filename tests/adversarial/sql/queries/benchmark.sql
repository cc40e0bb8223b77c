-- engines: mysql; expect: error
SELECT BENCHMARK(10000000000, SHA2('x', 512))
