"""Writes to the descriptors themselves, in bytes that are no text.

tests: assert probe() == 'written'
expect: passed
"""
import os


def probe():
    for _ in range(100):
        os.write(1, b"\xff\x00\xed\xa0\x80" * 5000)
        os.write(2, b"\xff\x00\xed\xa0\x80" * 5000)
    return "written"
