"""Is a class where a function belongs; its instances pretend to be values.

expect: failed or raised or passed unprotected
"""


class f(int):
    def __new__(cls, x):
        return int.__new__(cls, 99)

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0
