"""Write requests and read replies in the dialect that an endpoint speaks, learnt from what it refuses.

Servers differ in the parameters they take. Nothing is guessed from a model's name: a parameter is sent until the
server says that it does not support it; then it is left out, or renamed, for the rest of the endpoint's life.
"""

from __future__ import annotations

from typing import Any

from selfdebug.conversation import Form, Reply, Request
from selfdebug.models.failures import Failure
from selfdebug.models.thinking import split_thinking

_DROPPABLE = ("seed", "stop", "logprobs", "temperature", "stream_options", "stream")
_SHORT, _LONG = "max_tokens", "max_completion_tokens"


class Dialect:
    """What one endpoint takes, as far as it is known."""

    def __init__(self, model: str, form: Form) -> None:
        self._model = model
        self._form = form
        self._dropped: set[str] = set()
        self._limit = _SHORT
        self.one_at_a_time = False
        """The endpoint ignores or refuses `n`."""

    def write(self, request: Request, first: int, choices: int, in_parts: bool = False) -> dict[str, Any]:
        """The body of a call for so many samples, from the index `first`; one may be asked for in parts."""
        body: dict[str, Any] = {"model": self._model}
        if self._form == "chat":
            body["messages"] = [{"role": m.role, "content": printable(m.content)} for m in request.messages]
        else:
            body["prompt"] = printable(request.prompt)
        body |= {"temperature": request.temperature, self._limit: request.max_tokens}
        if request.stop:
            body["stop"] = list(request.stop)
        if request.seed is not None:
            body["seed"] = request.seed + first
        if choices > 1:
            body["n"] = choices
        if request.log_probabilities:
            body["logprobs"] = True if self._form == "chat" else 1
        if in_parts and "stream" not in self._dropped:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return {name: value for name, value in body.items() if name not in self._dropped}

    def learn(self, failure: Failure, body: dict[str, Any]) -> bool:
        """Take in that a body was refused; says whether another one is worth sending."""
        if _SHORT in body and failure.refuses(_SHORT):
            self._limit = _LONG
            return True
        for name in _DROPPABLE:
            # Another call may have learnt the same while this one was under way, so being in the body is what counts.
            if name in body and failure.refuses(name):
                self._dropped.add(name)
                return True
        return False

    def read(self, body: object, request: Request, seconds: float) -> list[Reply]:
        """The replies in a body.

        Raises:
            ValueError: it is no completion.
        """
        if not isinstance(body, dict) or not isinstance(body.get("choices"), list) or not body["choices"]:
            raise ValueError("it has no choices")
        try:
            choices = sorted(body["choices"], key=lambda choice: choice.get("index") or 0)
            # llama.cpp, which alone sends timings, counts the tokens of the first choice only.
            usages = _shares(body.get("usage"), len(choices), of_first="timings" in body)
            return [self._reply(choice, request, usage, seconds) for choice, usage in zip(choices, usages, strict=True)]
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("its choices have an unknown shape") from error

    def _reply(
        self, choice: dict[str, Any], request: Request, usage: tuple[int | None, int | None], seconds: float
    ) -> Reply:
        message = choice["message"] if self._form == "chat" else {"content": choice["text"]}
        text, shown = _texts(message.get("content"))
        text, marked = split_thinking(text)
        separate = message.get("reasoning_content") or message.get("reasoning") or ""
        finish = str(choice.get("finish_reason") or "stop")
        if "stop" in self._dropped:
            text, finish = _cut(text, finish, request.stop)
        return Reply(
            text=printable(text),
            thinking=printable("\n".join(filter(None, (str(separate), shown, marked)))),
            finish=finish,
            prompt_tokens=usage[0],
            completion_tokens=usage[1],
            log_probabilities=_log_probabilities(choice.get("logprobs")) if request.log_probabilities else None,
            seconds=seconds,
            refusal=printable(str(message.get("refusal") or "")),
        )


def printable(text: str) -> str:
    """The text, with a replacement for each half of a surrogate pair, which no file or connection takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _texts(content: object) -> tuple[str, str]:
    """Text and thoughts of a message, whose content is a text, nothing, or a list of parts."""
    if not isinstance(content, list):
        return ("" if content is None else str(content)), ""
    said, thought = [], []
    for part in content:
        if part.get("type") == "thinking":
            inner = part.get("thinking")
            thought.append(_texts(inner)[0])
        else:
            said.append(str(part.get("text") or ""))
    return "".join(said), "".join(thought)


def _shares(usage: Any, count: int, of_first: bool) -> list[tuple[int | None, int | None]]:
    """Each choice's tokens of prompt and completion, out of one figure for all choices, or for the first."""
    if not isinstance(usage, dict):
        return [(None, None)] * count
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    later_prompt = None if prompt is None else 0
    if of_first or not isinstance(completion, int):
        return [(prompt, completion), *[(later_prompt, None)] * (count - 1)]
    each, left = divmod(completion, count)
    return [(later_prompt if index else prompt, each + (index < left)) for index in range(count)]


def _cut(text: str, finish: str, stop: tuple[str, ...]) -> tuple[str, str]:
    """Do what the server did not: end the text before the first of the stop texts."""
    places = [place for place in map(text.find, stop) if place >= 0]
    return (text[: min(places)], "stop") if places else (text, finish)


def _log_probabilities(given: Any) -> tuple[float, ...] | None:
    """From a chat's `content`, which llama.cpp has for completions too, or from a completion's `token_logprobs`."""
    if not isinstance(given, dict):
        return None
    if isinstance(given.get("content"), list):
        return tuple(float(token["logprob"]) for token in given["content"])
    if isinstance(given.get("token_logprobs"), list):
        return tuple(float(value) for value in given["token_logprobs"] if value is not None)
    return None
