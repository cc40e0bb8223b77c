"""Writes until the disk is full.

expect: raised or killed
"""


def f(x):
    number = 0
    while True:
        with open(f"file{number}", "wb") as file:
            for _ in range(12):
                file.write(b"x" * (1 << 20))
        number += 1
