"""Watches with the debugger's hooks all that is run, to find the test and change it.

expect: failed or raised
"""
import sys
import threading

seen = []


def tracer(frame, event, argument):
    seen.append((frame.f_code.co_name, event))
    for name in ("expected", "right", "result", "holds"):
        if name in frame.f_locals:
            frame.f_locals[name] = True
    return tracer


sys.settrace(tracer)
sys.setprofile(lambda *a: None)
frame = sys._getframe()
while frame:
    frame.f_trace = tracer
    frame = frame.f_back


def f(x):
    return 3
