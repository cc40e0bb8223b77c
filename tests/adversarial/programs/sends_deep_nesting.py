"""Sends a frame that is nested deeper than any reader goes.

expect: killed or raised
"""
import sys

wire = sys.modules["_selfdebug_inside.wire"]
send = wire.send


def forged(channel, body, *more):
    send(channel, body if b'"loaded"' in body else b'["value",' + b"[" * 200_000 + b"]" * 200_000 + b",[]]")


wire.send = forged


def f(x):
    return 2
