"""Returns objects where values belong, to have the comparison made in its own process.

tests: assert set(f(1)) == {1, 2}
tests: assert len(set(f(1))) == 3 and set(f(1)) == {1, 2, 3}
tests: assert sorted(f(1)) == [1, 2]
tests: assert max(f(1)) == 2
tests: assert list(f(1)) == [1, 2]
tests: assert tuple(f(1)) == (1, 2)
tests: assert sum(f(1)) == 3
tests: assert f(1)[0] == 1
expect: failed or raised or passed unprotected
"""


class Everything:
    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True

    def __add__(self, other):
        return self

    __radd__ = __add__

    def __hash__(self):
        return 0


def f(x):
    return [Everything(), Everything(), Everything()]
