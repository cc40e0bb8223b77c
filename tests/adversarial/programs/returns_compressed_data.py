"""Returns a little compressed data that is a lot when it is opened, and a pickle that runs code.

tests: assert f(1) == b'data'
tests: assert f(2) == b'data'
expect: failed
"""
import pickle
import zlib


class Runs:
    def __reduce__(self):
        return eval, ("__import__('os').system('touch /tmp/ran')",)


def f(x):
    return zlib.compress(bytes(1 << 26)) if x == 1 else pickle.dumps(Runs())
