"""Searches for memory that it shares with the process it was forked from.

tests: assert probe() == []
expect: passed
"""
import mmap


def probe():
    import gc
    import os

    got = [type(o).__name__ for o in gc.get_objects() if isinstance(o, mmap.mmap) and not o.closed]
    try:
        with open("/proc/self/maps") as maps:
            got += [line for line in maps if line.split()[1] in ("rw-s", "rwxs")]
    except OSError:
        pass
    return got
