"""Never gets loaded.

expect: not run or timed out
"""
while True:
    pass
