"""Replaces every function of the code that answers for it.

expect: failed or raised or killed or not run or passed unprotected
"""
import sys


class Everything:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(2)


for name, module in list(sys.modules.items()):
    if name.startswith("_selfdebug_inside") and module is not None:
        for attribute in ("encode", "canonical", "matches", "judge", "show"):
            if hasattr(module, attribute):
                setattr(module, attribute, lambda *a, **k: True)
        if name.endswith("values"):
            module.encode = lambda value, *a, **k: {"builtin": "True"} if a else value


def f(x):
    return Everything()
