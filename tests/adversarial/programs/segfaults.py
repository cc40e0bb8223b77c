"""Reads where there is nothing.

expect: killed
"""
import ctypes


def f(x):
    return ctypes.string_at(0)
