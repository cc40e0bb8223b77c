"""Describes its failure to be loaded by what is no description.

tests: assert f(1) == 2
setup: unused = 1
expect: not run
"""
import sys

wire = sys.modules["_selfdebug_inside.wire"]
send = wire.send
wire.send = lambda channel, body, *more: send(channel, b'["raised",' + b"[" * 400 + b"]" * 400 + b"]")
raise ValueError
