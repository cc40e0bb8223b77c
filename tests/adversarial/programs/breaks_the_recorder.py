"""Has values and names that break whoever records them.

trace: 10, 80
expect: failed or raised or killed or timed out
"""


class Hostile:
    def __repr__(self):
        raise SystemExit

    def __eq__(self, other):
        raise KeyboardInterrupt


def f(x):
    a = Hostile()
    b = "\ud800" * 1000
    c = [[a] * 1000] * 1000
    d = {a_: a for a_ in range(100)}
    return 3
