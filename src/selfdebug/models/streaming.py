"""A reply that comes in parts, put together to what the server would have answered in one piece.

The parts are server-sent events, each with a JSON chunk of a completion; the last one is ``[DONE]``:
https://platform.openai.com/docs/api-reference/chat-streaming. What comes out is a body that `dialect` reads like any
other, so that a reply is the same either way.

Between the parts, gateways send lines that only keep the connection open; some end without ``[DONE]``.
"""

import json
from typing import Any

from selfdebug.models.failures import failure_in
from selfdebug.models.thinking import split_parts

_DONE = "[DONE]"


class Parts:
    """The parts of one answer, in the order in which they come."""

    def __init__(self) -> None:
        self._choices: dict[int, _Choice] = {}
        self._rest: dict[str, Any] = {}
        self._unfinished = ""
        self._done = self._strange = False
        self.error: Any = None
        """The body of an error that came instead of a part."""

    @property
    def text(self) -> str:
        """What the model said so far; what it thinks, as long as it said nothing."""
        return self._choices[0].text if 0 in self._choices else ""

    @property
    def whole(self) -> bool:
        """Whether nothing of the reply is missing: the model said that it ended, or the server that all was sent."""
        if self._choices and all(choice.finish for choice in self._choices.values()):
            return True
        # Something that could not be read may have been an error: then the server's word alone does not count.
        return self._done and not (self._strange or self._unfinished)

    def add_line(self, line: str) -> bool:
        """Take in a line of the answer; says whether there is more text.

        Raises:
            ValueError: it is a part of an unknown shape.
        """
        if not line:  # the event ends
            self._strange = self._strange or bool(self._unfinished)
            self._unfinished = ""
        name, _, data = line.partition(":")
        if name != "data":
            return False
        data = self._unfinished + data.removeprefix(" ")
        self._unfinished = ""
        try:
            return self.add(data)
        except json.JSONDecodeError:
            self._unfinished = f"{data}\n"  # an event's data may go on in its next line
            return False

    def add(self, data: str) -> bool:
        """Take in the data of an event; says whether there is more text.

        Raises:
            ValueError: it is no chunk of a completion.
        """
        if data.strip() == _DONE:
            self._done = True
            return False
        if not data.lstrip().startswith("{"):  # such as "[PING]"
            self._strange = self._strange or bool(data.strip())
            return False
        chunk = json.loads(data)
        if failure_in(chunk):
            self.error = self.error or chunk
            return False
        self._rest |= {name: chunk[name] for name in ("usage", "timings") if chunk.get(name)}
        try:
            added = [self._add_choice(choice) for choice in chunk.get("choices") or ()]
        except (AttributeError, TypeError):
            raise ValueError("a part has an unknown format") from None
        return any(added)

    def _add_choice(self, choice: dict[str, Any]) -> bool:
        given = str(choice.get("index"))
        index = int(given) if given.isdecimal() else 0
        return self._choices.setdefault(index, _Choice()).add(choice) and index == 0

    def body(self) -> dict[str, Any]:
        """What the server would have answered in one piece."""
        choices = [self._choices[index].body(index) for index in sorted(self._choices)]
        return {"choices": choices, **self._rest}


class _Choice:
    """One choice as it grows."""

    def __init__(self) -> None:
        self.finish = ""
        self._texts: dict[str, list[str]] = {}
        self._log_probabilities: dict[str, list[Any]] = {}

    @property
    def text(self) -> str:
        names = ("content", "text", "reasoning_content", "reasoning")
        return next(("".join(self._texts[name]) for name in names if name in self._texts), "")

    def add(self, choice: dict[str, Any]) -> bool:
        self.finish = choice.get("finish_reason") or self.finish
        given = choice.get("logprobs") or {}
        for name in ("content", "token_logprobs"):
            if isinstance(given.get(name), list):
                self._log_probabilities.setdefault(name, []).extend(given[name])
        said = self._said(choice)
        content, thought = split_parts(said.get("content"))
        texts = said | {"content": content} | ({"reasoning_content": thought} if thought else {})
        added = [(name, value) for name, value in texts.items() if isinstance(value, str) and value and name != "role"]
        for name, value in added:
            self._texts.setdefault(name, []).append(value)
        return bool(added)

    def _said(self, choice: dict[str, Any]) -> dict[str, Any]:
        if isinstance(choice.get("delta"), dict):
            return dict(choice["delta"])
        if isinstance(choice.get("message"), dict):  # the whole at once; after its parts, again
            return {} if self._texts else dict(choice["message"])
        return {"text": choice.get("text")}

    def body(self, index: int) -> dict[str, Any]:
        texts = {name: "".join(parts) for name, parts in self._texts.items()}
        choice: dict[str, Any] = {"index": index, "logprobs": self._log_probabilities or None}
        if self.finish:
            choice["finish_reason"] = self.finish
        return choice | {"text": texts.get("text", ""), "message": {"content": texts.get("text", ""), **texts}}
