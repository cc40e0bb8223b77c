"""Never comes back.

expect: timed out or not run
"""


def f(x):
    while True:
        pass
