"""Text-to-Python: a description, usually with one shown test, becomes a Python function (MBPP, HumanEval)."""
