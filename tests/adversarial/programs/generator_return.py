"""Returns generators that never end, or that answer what they are told.

tests: assert list(f(1)) == [1, 2]
tests: assert f(1) == [1, 2]
tests: assert 2 in f(1)
expect: timed out or failed or raised or killed or out of memory
"""


def f(x):
    while True:
        yield object()
