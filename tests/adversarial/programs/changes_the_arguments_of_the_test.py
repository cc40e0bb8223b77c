"""Changes the test's own variables, with which the test then compares: as in plain Python, and the outcome says so.

setup: expected = [1, 2, 3]
tests: given = [3, 1, 2]; got = f(given); assert sorted(expected) == [1, 2, 3] and got == [1, 2, 3]
tests: assert expected == [1, 2, 3] and f(0) == expected
tests: assert f(0) == [1, 2, 3]
tests: got = f([3]); assert got == [3]
expect: failed or raised or killed or passed unprotected
"""


def f(x):
    globals()["expected"] = ["wrong"]
    if isinstance(x, list):
        x[:] = ["wrong"]
    return ["wrong"]
