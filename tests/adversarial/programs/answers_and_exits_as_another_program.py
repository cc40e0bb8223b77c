"""Answers with a forged pass and becomes a program that ends with success.

expect: killed or failed or not run or raised
"""
import os


def f(x):
    reply = b'["passed",["passed"]]'
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, len(reply).to_bytes(4, "big") + reply)
        except OSError:
            pass
    os.execv("/bin/true", ["true"])
