"""What is said to a model: templates (Jinja2) and exemplars (YAML), one folder for each application.

No prompt text stands in Python code. Which step follows which is decided in `selfdebug.applications`; here is only
what each says.
"""

from .exemplars import Exemplar, ExemplarTurn, exemplars
from .filters import as_trace
from .templates import COMPLETION_STOP, as_completion, digest, render

__all__ = [
    "COMPLETION_STOP",
    "Exemplar",
    "ExemplarTurn",
    "as_completion",
    "as_trace",
    "digest",
    "exemplars",
    "render",
]
