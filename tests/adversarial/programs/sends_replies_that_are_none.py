"""Sends replies that are empty, of no kind, or in no text.

expect: raised or killed or failed or not run
"""
import sys

wire = sys.modules["_selfdebug_inside.wire"]
send = wire.send
strange = iter([b'["value"]', b"[]", b"{}", b"\xff\xfe", b"", b'"value"', b"null", b"[null]", b'["failed"]', b"NaN"] * 9)
wire.send = lambda channel, body, *more: send(channel, body if b'"loaded"' in body else next(strange))


def f(x):
    return 2
