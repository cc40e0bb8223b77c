"""How much a program may use."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one program with all its tests; for input/output pairs and drivers, for each run.

    Attributes:
        cpu_seconds: processor time, as the kernel counts it. It alone decides a time-out, so that a busy machine does
            not change a verdict.
        idle_seconds: wall time that may pass without computing: for what sleeps or waits. Time spent waiting for a
            processor does not count.
        wall_seconds: a last resort against programs that keep under both.
        compile_cpu_seconds: processor time of a compiler.
        memory_bytes: address space; for runtimes that reserve more than they use (Java, JavaScript, Go), writable
            memory.
        file_bytes: largest file.
        output_bytes: what is kept of standard output, and of standard error. A program may write more.
        threads: how many threads and processes a program may have at a time; below Landlock it has one process.
    """

    cpu_seconds: float = 10.0
    idle_seconds: float = 10.0
    wall_seconds: float = 600.0
    compile_cpu_seconds: float = 60.0
    memory_bytes: int = 1024 * MEBIBYTE
    file_bytes: int = 16 * MEBIBYTE
    output_bytes: int = 64 * 1024
    threads: int = 64

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive, not {getattr(self, name)}")
        if self.memory_bytes < 64 * MEBIBYTE:
            raise ValueError("memory_bytes must leave room for an interpreter: at least 64 MiB")


SCRATCH_BYTES = 64 * MEBIBYTE
"""Size of the folder in memory that a program may write to."""

COMPARED_BYTES = 16 * MEBIBYTE
"""How much of a program's output is compared with what is expected. `Limits.output_bytes` of it are kept."""
