"""Has halves of characters in its source, which no encoding can write.

source: "def f(x):\n    return '\ud800'\n"
expect: not run or failed
"""
