"""Makes a file of an exabyte that has no blocks.

expect: raised
"""


def f(x):
    with open("sparse", "wb") as file:
        file.truncate(1 << 60)
    return x + 1
