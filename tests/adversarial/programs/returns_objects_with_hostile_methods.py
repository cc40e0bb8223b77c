"""Returns objects whose every method fails, loops or ends the process.

tests: assert f(1) == 2
tests: assert str(f(1)) == '2'
tests: assert len(f(1)) == 2
tests: assert f(1).value == 2
tests: assert f(1)
expect: failed or raised or killed or timed out
"""
import os


class Hostile:
    def __getattribute__(self, name):
        os._exit(0)

    def __str__(self):
        raise SystemExit

    def __len__(self):
        return -1

    def __bool__(self):
        while True:
            pass


def f(x):
    return Hostile()
