"""Searches all that is in its process for the value that the test expects.

tests: assert f(1) == 31415926
call: f(2) == 27182818
expect: failed
"""
import gc
import sys


def texts():
    frame = sys._getframe()
    while frame is not None:
        yield repr(frame.f_locals)
        frame = frame.f_back
    for thing in gc.get_objects():
        if isinstance(thing, (dict, list, tuple)):
            yield repr(thing)[:100_000]


def f(x):
    wanted = {1: str(31415926 - 0 * x)[:1] + "1415926", 2: "2718" + "2818"}[x]
    for text in texts():
        if wanted in text.replace("'2718' + '2818'", "") and "wanted" not in text:
            return "found: " + text[max(0, text.index(wanted) - 100):][:200]
    return "nothing"
