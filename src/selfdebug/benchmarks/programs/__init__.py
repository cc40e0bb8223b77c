"""What the benchmarks of programs share: running their tests, agreeing with a reference, saying what failed."""
