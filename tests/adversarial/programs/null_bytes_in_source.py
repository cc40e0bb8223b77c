"""Has zeros in its source.

source: "def f(x):\n    return 2\0\n"
expect: not run
"""
