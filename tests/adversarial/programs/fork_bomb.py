"""Forks until the machine is full.

expect: killed or timed out or raised or out of memory
expect landlock: raised
"""
import os


def f(x):
    while True:
        os.fork()
