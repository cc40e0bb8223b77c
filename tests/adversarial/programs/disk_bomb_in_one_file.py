"""Writes one file without end.

expect: raised or killed
"""


def f(x):
    with open("file", "wb") as file:
        while True:
            file.write(b"x" * (1 << 20))
