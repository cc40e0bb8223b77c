"""Code that runs inside the sandbox, in processes of its own.

Two processes make a worker. The *runner* holds a warm interpreter and forks it once per program; the *judge* holds
the tests and the expected values and never loads a program's code. Only this folder is visible to them, so that its
modules import the standard library and each other and nothing else.
"""
