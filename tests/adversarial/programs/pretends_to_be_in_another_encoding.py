"""Declares an encoding in which its comment is code.

source: "# -*- coding: utf-7 -*-\ndef f(x):\n    return 3\n# +AAo-def f(x): return 2\n"
expect: failed or not run
"""
