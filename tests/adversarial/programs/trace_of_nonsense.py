"""Sends a trace that no program can have.

trace: 10, 80
expect: failed or raised or killed
"""
import sys

wire = sys.modules["_selfdebug_inside.wire"]
send = wire.send


def forged(channel, body, *more):
    for steps in ('[[Infinity,"f","line",{}]]', '[[1,"f","line",[]]]', '{"a":1}', '[[1,["f"],{},{"x":NaN}]]', "[" * 500 + "]" * 500,
                  '[[1,"\\ud800","line",{"x":"' + "y" * 100_000 + '"}]]', "[" + '[1,"f","line",{}],' * 50_000 + "1]", "5"):
        send(channel, b'["trace",' + steps.encode() + b"]")
    send(channel, body)


def f(x):
    wire.send = forged
    return 3
