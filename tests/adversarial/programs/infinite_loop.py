"""Never comes back.

expect: timed out
"""


def f(x):
    while True:
        pass
