"""Write requests and read replies in the dialect that an endpoint speaks, learnt from what it refuses.

Servers differ in the parameters they take. Nothing is guessed from a model's name: a parameter is sent until the
server says that it does not support it; then it is left out, or renamed, for the rest of the endpoint's life.
"""

from collections.abc import Sequence
from typing import Any

from selfdebug.messages import Form, Message, Reply, Request
from selfdebug.models.failures import CallFailure
from selfdebug.models.thinking import split_parts, split_thinking
from selfdebug.reply_fields import finish_reason, token_count

_DROPPABLE = ("seed", "stop", "logprobs", "temperature", "stream_options", "stream")
_SHORT, _LONG = "max_tokens", "max_completion_tokens"


class ServerDialect:
    """What one endpoint takes, as far as it is known."""

    def __init__(self, model: str, form: Form) -> None:
        self._model = model
        self._form = form
        self._dropped: set[str] = set()
        self._limit = _SHORT
        self._takes_system = True
        self.one_at_a_time = False
        """The endpoint ignores or refuses `n`."""

    def write(self, request: Request, first: int, choices: int, in_parts: bool = False) -> dict[str, Any]:
        """The body of a call for so many samples, from the index `first`; one may be asked for in parts."""
        body: dict[str, Any] = {"model": self._model}
        if self._form == "chat":
            messages = request.messages if self._takes_system else without_system(request.messages)
            body["messages"] = [{"role": m.role, "content": printable(m.content)} for m in messages]
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

    def learn(self, failure: CallFailure, body: dict[str, Any]) -> bool:
        """Take in that a body was refused; says whether another one is worth sending."""
        if failure.refuses_system and any(message["role"] == "system" for message in body.get("messages", ())):
            self._takes_system = False
            return True
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
        """The whole replies in a body; samples that broke off are left out where others are whole.

        Raises:
            ValueError: there is none.
        """
        if not isinstance(body, dict) or not isinstance(body.get("choices"), list) or not body["choices"]:
            raise ValueError("it has no choices")
        try:
            choices = sorted(body["choices"], key=lambda choice: token_count(choice.get("index")) or 0)
            # llama.cpp, which alone sends timings, counts the tokens of the first choice only.
            usages = _shares(body.get("usage"), len(choices), of_first="timings" in body)
            endings = [finish_reason(choice.get("finish_reason")) for choice in choices]
            replies = [
                self._reply(choice, request, finish, usage, seconds)
                for choice, finish, usage in zip(choices, endings, usages, strict=True)
                if finish is not None
            ]
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("its choices have an unknown format") from error
        if not replies:
            raise ValueError(f"it broke off (finish reason {choices[0]['finish_reason']!r:.80})")
        return replies

    def _reply(
        self, choice: dict[str, Any], request: Request, finish: str, usage: tuple[int | None, int | None],
        seconds: float,
    ) -> Reply:  # fmt: skip
        message = self._message(choice)
        text, shown = split_parts(message.get("content"))
        text, marked = split_thinking(text)
        separate = message.get("reasoning_content") or message.get("reasoning") or ""
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

    def _message(self, choice: dict[str, Any]) -> dict[str, Any]:
        """What a choice says; some gateways leave the message out where a limit left no room for any of it."""
        said = choice.get("message") if self._form == "chat" else None
        if isinstance(said, dict):
            return said
        if isinstance(choice.get("text"), str):
            return {"content": choice["text"]}
        if said is None and choice.get("finish_reason"):
            return {}
        raise ValueError("its choices have no message")


def without_system(messages: Sequence[Message]) -> list[Message]:
    """The same conversation, where the first user message begins with what the system messages say."""
    told = "\n\n".join(message.content for message in messages if message.role == "system")
    first, *rest = [message for message in messages if message.role != "system"] or [Message("user", "")]
    if first.role != "user":
        return [Message("user", told), first, *rest]
    return [Message("user", "\n\n".join(filter(None, (told, first.content)))), *rest]


def printable(text: str) -> str:
    """The text, with a replacement for each half of a surrogate pair, which no file or connection takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _shares(usage: Any, choices: int, of_first: bool) -> list[tuple[int | None, int | None]]:
    """Each choice's tokens of prompt and completion, out of one figure for all choices, or for the first."""
    if not isinstance(usage, dict):
        return [(None, None)] * choices
    prompt, completion = token_count(usage.get("prompt_tokens")), token_count(usage.get("completion_tokens"))
    later_prompt = None if prompt is None else 0
    if of_first or completion is None:
        return [(prompt, completion), *[(later_prompt, None)] * (choices - 1)]
    share, left = divmod(completion, choices)
    return [(later_prompt if index else prompt, share + (index < left)) for index in range(choices)]


def _cut(text: str, finish: str, stop: tuple[str, ...]) -> tuple[str, str]:
    """Do what the server did not: end the text before the first of the stop texts."""
    places = [place for place in map(text.find, stop) if place >= 0]
    return (text[: min(places)], "stop") if places else (text, finish)


def _log_probabilities(given: Any) -> tuple[float, ...] | None:
    """Read a chat's `content`, which llama.cpp sends for completions too, or a completion's `token_logprobs`."""
    if not isinstance(given, dict):
        return None
    if isinstance(given.get("content"), list):
        return tuple(float(token["logprob"]) for token in given["content"])
    if isinstance(given.get("token_logprobs"), list):
        return tuple(float(value) for value in given["token_logprobs"] if value is not None)
    return None
