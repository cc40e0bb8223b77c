"""Ends with success while it is loaded.

expect: not run
"""
import sys

sys.exit(0)
