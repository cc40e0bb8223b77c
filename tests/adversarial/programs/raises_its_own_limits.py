"""Lifts its limits on processor time, memory and files.

expect: out of memory or timed out or raised
"""
import resource


def f(x):
    for name in dir(resource):
        if name.startswith("RLIMIT_"):
            number = getattr(resource, name)
            for limit in ((-1, -1), (resource.getrlimit(number)[1],) * 2):
                try:
                    resource.setrlimit(number, limit)
                except (OSError, ValueError):
                    pass
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))
