"""Returns text that equals every other text.

call: f(1) == 'two'
tests: assert f(1) == 'two'
tests: assert f(1) in ['one', 'two']
tests: assert {'two': 1}[f(1)] == 1
expect: failed or raised or passed unprotected
"""


class Text(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("two")

    def __str__(self):
        return self

    __getitem__ = __format__ = __str__


def f(x):
    return Text("wrong")
