"""Code that runs inside the sandbox, in processes of its own.

Two processes make a worker. The *runner* holds a warm interpreter and forks it once per program; the *judge* holds
the tests and the expected values and never loads a program's code. Only this folder and `selfdebug.values` are visible
to them, so that its modules import the standard library and each other and nothing else.

This file is read on the host alone: in the sandbox `boot` makes the package, with the same `values` in it.
"""

from selfdebug import values

__all__ = ["values"]
