"""Prints nothing of what is asked, and ends with success by force.

input: 5
output: 25
expect: failed
"""
import os
import sys

data = sys.stdin.read()
print("OK passed 24")
sys.stdout.flush()
os._exit(0)
