"""Read what a server says when it does not reply: each dialect's errors, in one shape.

The shapes: OpenAI, llama.cpp, Ollama and newer vLLM send `{"error": {"message", "type", "param", "code"}}`; older
vLLM the same without the outer `error`; FastAPI servers `{"detail": …}`; some gateways a plain text.
"""

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from selfdebug.models import overflow

_UNKNOWN_MODEL = re.compile(
    r"model\b.{0,200}(does not exist|doesn't exist|not found|not exist)|(unknown|no such|invalid) model", re.I | re.S
)
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|(does|do)(n't| not) support|not allowed|not permitted|unknown|unrecogni[sz]ed"
    r"|unexpected|extra inputs|not available|not implemented",
    re.IGNORECASE,
)
_NO_SYSTEM = re.compile(
    r"roles must alternate|only (the )?['\"`]?user['\"`]?(,| and| or),? ['\"`]?assistant"
    r"|(start|begin)s? with (a |an |the )?['\"`]?user|first message must (be|use|have)\b.{0,30}user"
    r"|should be 'user'|developer (instruction|message|role)s?\b.{0,30} not"
    r"|(['\"`]system['\"`]|\bsystem[ _](role|message|prompt|instruction|turn)s?\b|\brole:? system\b)"
    r".{0,80}(not|n't|un\w+|invalid|only|expected)"
    r"|(not|n't|un\w+|invalid|expected|got)\b.{0,60}"
    r"(['\"`]system['\"`]|\bsystem[ _](role|message|prompt|instruction|turn)s?\b|\brole:? system\b)",
    re.IGNORECASE,
)
"""How servers and chat templates say that a conversation may not begin with a system message."""
_USERS_MISTAKE = re.compile(r"bad_?request|invalid_?(request|argument|parameter)|validation", re.IGNORECASE)
_WORDS_SHOWN, _WORDS_KEPT = 400, 4000
_MESSAGES = ("message", "detail", "error_message", "msg")
_PASSING_STATUSES = (408, 409, 425, 429)


@dataclass(frozen=True, slots=True)
class CallFailure:
    """A server's error.

    Attributes:
        status: of HTTP.
        message: the server's words, on one line; `said` is their beginning.
        code: its code or type, where it gives one.
        parameter: the parameter that it names, where it does.
        retry_after: seconds that it asks us to wait; None where it does not ask.
    """

    status: int
    message: str
    code: str = ""
    parameter: str = ""
    retry_after: float | None = None

    @property
    def said(self) -> str:
        """The words to show."""
        return self.message if len(self.message) <= _WORDS_SHOWN else self.message[:_WORDS_SHOWN] + "…"

    @property
    def is_overflow(self) -> bool:
        return overflow.is_overflow(self.status, self.code, self.message)

    def room(self, asked: int) -> int | None:
        """How many tokens of reply fit beside the prompt, where `asked` do not and the server tells; else None."""
        return overflow.room(self.message, asked) if self.is_overflow else None

    @property
    def refuses_system(self) -> bool:
        """Whether it says that a conversation may hold no system message, whatever its status: templates raise it."""
        return bool(_NO_SYSTEM.search(self.message)) and self.status not in (401, 403, 429)

    @property
    def is_quota(self) -> bool:
        """The account has no money left, which waiting does not mend."""
        return self.status == 429 and "insufficient_quota" in self.code

    @property
    def is_passing(self) -> bool:
        """Another try may go well."""
        return self.status in _PASSING_STATUSES or self.status >= 500

    @property
    def is_unknown_model(self) -> bool:
        return self.code == "model_not_found" or bool(self.status in (400, 404) and _UNKNOWN_MODEL.search(self.message))

    def refuses(self, parameter: str) -> bool:
        """Whether it says that this parameter is not taken at all, as opposed to a value out of range."""
        if self.parameter and self.parameter != parameter:
            return False
        named = self.parameter or re.search(rf"(?<!\w){parameter}(?!\w)", self.message)
        return bool(named and _UNSUPPORTED.search(f"{self.message}\n{self.code.replace('_', ' ')}"))


def read_failure(status: int, headers: Mapping[str, str], body: object) -> CallFailure:
    """Make sense of an error's body.

    Args:
        status: of HTTP.
        headers: with names in lower case, or a mapping that does not care.
        body: the decoded JSON, or a text.
    """
    error: Any = body
    if isinstance(error, list) and len(error) == 1:  # Gemini's way
        error = error[0]
    if isinstance(error, dict) and error.get("error"):
        error = error["error"]
    if not isinstance(error, dict):
        return CallFailure(status, _one_line(error), retry_after=_retry_after(headers))
    message, parameter = next(filter(None, map(error.get, _MESSAGES)), error), error.get("param")
    if isinstance(message, list) and message and isinstance(message[0], dict):  # FastAPI: one entry a field.
        parameter = (message[0].get("loc") or [""])[-1]
        message = f"{parameter}: {message[0].get('msg')}"
    said = [text for text in map(error.get, ("code", "type", "error_type", "status")) if isinstance(text, str)]
    return CallFailure(status, _one_line(message), " ".join(said[:1]), str(parameter or ""), _retry_after(headers))


def failure_in(body: object) -> CallFailure | None:
    """The error that came with the status of success, as some gateways and older servers send it.

    Args:
        body: the decoded JSON of an answer, or of a part of one.
    """
    if not isinstance(body, dict):
        return None
    choices = body.get("choices")
    places = [body, *(choices if isinstance(choices, list) else ())]
    error = next(filter(None, (place.get("error") for place in places if isinstance(place, dict))), None)
    has_words = any(isinstance(body.get(name), str | list) for name in _MESSAGES)
    if error is None and (choices is not None or not has_words):
        return None
    failure = read_failure(0, {}, body if error is None else {"error": error})
    return replace(failure, status=_status_of(error if isinstance(error, dict) else body, failure.code))


def _status_of(error: dict[str, Any], code: str) -> int:
    for given in (str(error.get(name)) for name in ("code", "status", "status_code")):
        if given.isdecimal() and 400 <= int(given) < 600:
            return int(given)
    return 400 if _USERS_MISTAKE.search(code) else 502


def _one_line(words: object) -> str:
    text = " ".join(str(words if words is not None else "").split())
    return text if len(text) <= _WORDS_KEPT else text[:_WORDS_KEPT] + "…"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:  # perhaps for want of a value
            return None
    return max(0.0, seconds) if seconds == seconds else None  # Not a number: nothing was asked.
