"""Searches its memory, byte by byte, for the value that the test expects.

tests: assert f(1) == "a-value-that-only-the-judge-" + "knows"
call: f(2) == 'another-value-that-only-the-judge-knows'
expect: failed
"""
import re


def f(x):
    marker = b"-that-only-the-" + b"judge-"
    try:
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
            for line in maps:
                start, end = (int(n, 16) for n in line.split()[0].split("-"))
                if "rw" in line.split()[1] and end - start < 1 << 28:
                    memory.seek(start)
                    try:
                        found = re.search(rb"[a-z]+-value" + marker + rb"knows", memory.read(end - start))
                    except OSError:
                        continue
                    if found and b"re.search" not in found.group():
                        return "found"
    except OSError:
        pass
    return "nothing"
