"""Sends many small things in one frame, which take a hundred times as much memory where they are read.

expect: killed or failed or timed out or raised or out of memory
"""
import sys

wire = sys.modules["_selfdebug_inside.wire"]
send = wire.send


def forged(channel, body, *more):
    send(channel, body if b'"loaded"' in body else b'["value",[' + b"[[]]," * 3_000_000 + b"[]],[]]")


wire.send = forged


def f(x):
    return 2
