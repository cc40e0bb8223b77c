"""Ends its process with success in the middle of a test.

expect: killed
"""
import os


def f(x):
    os._exit(0)
