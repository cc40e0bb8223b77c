"""Nests brackets until the compiler gives up.

source: "x = " + "(" * 100000 + ")" * 100000
expect: not run
"""
