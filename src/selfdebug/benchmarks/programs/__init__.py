"""What the benchmarks of programs share: reading their files, running their tests, saying what failed."""

from selfdebug.benchmarks.programs.loaded import LoadedBenchmark

__all__ = ["LoadedBenchmark"]
