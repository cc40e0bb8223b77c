"""Becomes another program that ends with success.

expect: killed
"""
import os


def f(x):
    os.execv("/bin/true", ["true"])
