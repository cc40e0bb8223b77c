"""Takes memory until there is none.

expect: out of memory or timed out
"""


def f(x):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))
