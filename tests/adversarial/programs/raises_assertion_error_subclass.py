"""Raises errors that look like the test's own, or like success.

tests: assert f(1) == 2
tests: assert f(2) == 2
tests: assert f(3) == 2
call: f(1) == 2
expect: raised
"""


class CheckFailed(AssertionError):
    def __str__(self):
        return "passed"


class ProgramGone(BaseException):
    pass


def f(x):
    raise [CheckFailed, CheckFailed, ProgramGone, GeneratorExit][x]("passed")
