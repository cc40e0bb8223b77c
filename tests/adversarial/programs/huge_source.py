"""Is larger than what the sandbox's parts say to each other.

source: "def f(x):\n    return 3\n#" + "x" * (1 << 26)
expect: not run or killed or out of memory or failed
"""
