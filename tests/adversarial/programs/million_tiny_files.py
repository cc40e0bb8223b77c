"""Uses up the inodes instead of the bytes.

expect: timed out or raised or killed
"""


def f(x):
    number = 0
    while True:
        number += 1
        open(f"f{number}", "w").close()
