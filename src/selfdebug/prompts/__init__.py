"""What is said to a model: templates (Jinja2), exemplars, and how values are written in them.

What all applications share stands in `shared`, the rest in their own folders. Python code writes only what it finds
out: values, tables, traces.
"""

from selfdebug.prompts.blocks import as_blocks, count_blocks
from selfdebug.prompts.exemplars import (
    Exemplar,
    ExemplarTurn,
    exemplars,
    read_outcome,
    read_query_outcome,
    read_turns,
    solved,
)
from selfdebug.prompts.filters import by_informativeness, sql_parts
from selfdebug.prompts.templates import COMPLETION_STOP, as_completion, digest, hash_of, render
from selfdebug.prompts.traces import as_trace

__all__ = [
    "COMPLETION_STOP",
    "Exemplar",
    "ExemplarTurn",
    "as_blocks",
    "as_completion",
    "as_trace",
    "by_informativeness",
    "count_blocks",
    "digest",
    "exemplars",
    "hash_of",
    "read_outcome",
    "read_query_outcome",
    "read_turns",
    "render",
    "solved",
    "sql_parts",
]
