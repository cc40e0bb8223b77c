"""A reply that comes in parts, put together to what the server would have answered in one piece.

The parts are server-sent events, each with a JSON chunk of a completion; the last one is ``[DONE]``:
https://platform.openai.com/docs/api-reference/chat-streaming. What comes out is a body that `dialect` reads like any
other, so that a reply is the same either way.
"""

from __future__ import annotations

import json
from typing import Any

DONE = "[DONE]"


class Parts:
    """The parts of one reply, in the order in which they come."""

    def __init__(self) -> None:
        self._choice: dict[str, Any] = {}
        self._texts: dict[str, list[str]] = {}
        self._log_probabilities: dict[str, list[Any]] = {}
        self._rest: dict[str, Any] = {}
        self.error: Any = None
        """The body of an error that came instead of a part."""
        self.whole = False
        """Whether the last part came."""

    @property
    def text(self) -> str:
        """What the model said so far; what it thinks, as long as it said nothing."""
        for name in ("content", "text", "reasoning_content", "reasoning"):
            if self._texts.get(name):
                return "".join(self._texts[name])
        return ""

    def add(self, data: str) -> bool:
        """Take in the data of an event; says whether there is more text.

        Raises:
            ValueError: it is no chunk of a completion.
        """
        if data.strip() == DONE:
            self.whole = True
            return False
        chunk = json.loads(data)
        if not isinstance(chunk, dict):
            raise ValueError("a part is no object")
        if chunk.get("error"):
            self.error = chunk
            return False
        self._rest |= {name: chunk[name] for name in ("usage", "timings") if chunk.get(name)}
        try:
            added = [self._add_choice(choice) for choice in chunk.get("choices") or () if not choice.get("index")]
        except (AttributeError, TypeError):
            raise ValueError("a part has an unknown shape") from None
        return any(added)

    def _add_choice(self, choice: dict[str, Any]) -> bool:
        if choice.get("finish_reason"):
            self._choice["finish_reason"] = choice["finish_reason"]
        given = choice.get("logprobs") or {}
        for name in ("content", "token_logprobs"):
            if isinstance(given.get(name), list):
                self._log_probabilities.setdefault(name, []).extend(given[name])
        delta = choice["delta"] if isinstance(choice.get("delta"), dict) else {"text": choice.get("text")}
        found = {name: value for name, value in delta.items() if isinstance(value, str) and value and name != "role"}
        for name, value in found.items():
            self._texts.setdefault(name, []).append(value)
        return bool(found)

    def body(self) -> dict[str, Any]:
        """What the server would have answered in one piece."""
        texts = {name: "".join(parts) for name, parts in self._texts.items()}
        choice = {"index": 0, **self._choice, "text": texts.get("text", ""), "message": {"content": "", **texts}}
        return {"choices": [choice | {"logprobs": self._log_probabilities or None}], **self._rest}
