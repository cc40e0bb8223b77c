"""What the benchmarks of programs share: reading their files, running their tests, saying what failed."""

from .loaded import LoadedBenchmark

__all__ = ["LoadedBenchmark"]
