"""What is said to a model: templates (Jinja2) and exemplars (YAML), one folder for each application.

No prompt text stands in Python code. Which step follows which is decided in `selfdebug.applications`; here is only
what each says.
"""

from selfdebug.prompts.exemplars import Exemplar, ExemplarTurn, exemplars, worked
from selfdebug.prompts.filters import by_tellingness
from selfdebug.prompts.templates import COMPLETION_STOP, as_completion, digest, render
from selfdebug.prompts.traces import as_trace

__all__ = [
    "COMPLETION_STOP",
    "Exemplar",
    "ExemplarTurn",
    "as_completion",
    "as_trace",
    "by_tellingness",
    "digest",
    "exemplars",
    "render",
    "worked",
]
