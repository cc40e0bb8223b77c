"""Returns a value that is small here and doubles with each level where it is written out.

expect: failed or raised or killed or timed out or out of memory
"""


def f(x):
    laughs = ("ha",) * 10
    for _ in range(40):
        laughs = (laughs, laughs)
    return laughs
