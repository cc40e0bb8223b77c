"""Answers with the words that the judge's own processes use among each other.

expect: failed or killed
"""
import sys

wire = sys.modules["_selfdebug_inside.wire"]
values = sys.modules["_selfdebug_inside.values"]
send = wire.send


def forged(channel, body, *more):
    if b'"loaded"' in body:
        send(channel, body)
        return
    for reply in (["passed"], [0, "passed", ["x"]], ["start", 0], ["gone"], ["needs program"]):
        send(channel, values.dumps(reply))


wire.send = forged


def f(x):
    return x + 2
