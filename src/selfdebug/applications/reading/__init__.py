"""Read programs, queries and verdicts out of a language model's replies.

Strict on purpose: what is ambiguous is unreadable. An error says what is the matter; what to reply instead stands in
the prompts. From the ground up: `unreadable`, `structure` (what a text is as code), `tags`, `fences`, `marks` (what
models leave in a reply), `replies` (blocks and prose), `versions`, `programs` and `queries` (which block is meant),
`reading` (the door).
"""

from selfdebug.applications.reading.reading import (
    read_feedback,
    read_program,
    read_query,
    read_verdict,
    read_words,
)
from selfdebug.applications.reading.structure import parses
from selfdebug.applications.reading.unreadable import Unreadable, UnreadableReplyError

__all__ = [
    "Unreadable",
    "UnreadableReplyError",
    "parses",
    "read_feedback",
    "read_program",
    "read_query",
    "read_verdict",
    "read_words",
]
