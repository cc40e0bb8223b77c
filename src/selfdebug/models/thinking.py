"""Tell what a model thought from what it says.

Reasoning models mark their thoughts with `<think>…</think>` where the server does not take them out itself. Marks
count only at the start of a line, so that a program with such a text in a string stays whole.
"""

import re

_MARKED = re.compile(r"^[ \t]*<think>(.*?)(?:</think>\s*|\Z)", re.DOTALL | re.MULTILINE)
_ENDED = re.compile(r"\A(.*?)(?:^[ \t]*</think>|</think>[ \t]*$)\s*", re.DOTALL | re.MULTILINE)
"""Thoughts whose opening mark stood in the prompt, as many chat templates have it."""


def split_thinking(text: str) -> tuple[str, str]:
    """The text without its thoughts, and the thoughts. A text without marks comes back as it is."""
    if "think>" not in text:
        return text, ""
    thoughts: list[str] = []
    if (ended := _ENDED.match(text)) and "<think>" not in ended[1]:
        thoughts.append(ended[1])
        text = text[ended.end() :]
    while thought := _MARKED.search(text):
        thoughts.append(thought[1])
        text = text[: thought.start()] + text[thought.end() :]
    return text, "\n".join(thought.strip() for thought in thoughts)


def split_parts(content: object) -> tuple[str, str]:
    """Text and thoughts of a message's content: a text, nothing, or parts as Mistral sends them.

    Raises:
        ValueError: it is none of these.
    """
    if content is None or isinstance(content, str):
        return content or "", ""
    said = thought = ""
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            said += part
        elif not isinstance(part, dict):
            raise ValueError("its content has an unknown format")
        elif part.get("type") in ("thinking", "reasoning"):
            thought += "".join(split_parts(part.get("thinking") or part.get("text") or part.get("reasoning")))
        else:
            said += str(part.get("text") or "")
    return said, thought
