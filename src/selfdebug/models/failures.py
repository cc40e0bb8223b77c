"""Read what a server says when it does not reply: each dialect's errors, in one shape.

The shapes: OpenAI, llama.cpp, Ollama and newer vLLM send `{"error": {"message", "type", "param", "code"}}`; older
vLLM the same without the outer `error`; FastAPI servers `{"detail": …}`; some gateways a plain text.
"""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_OVERFLOW_CODES = ("context_length_exceeded", "exceed_context_size_error")
_OVERFLOW = re.compile(
    r"maximum (context|model) length|context (size|length|window)( has been)? exceeded"
    r"|exceeds? (the |its )?(available |maximum |model'?s? |configured )*(context|n_ctx)"
    r"|max_tokens must be at least 1, got -|prompt is too long|longer than the (model'?s? )?context",
    re.IGNORECASE,
)
_UNKNOWN_MODEL = re.compile(
    r"model\b.{0,200}(does not exist|doesn't exist|not found|not exist)|(unknown|no such|invalid) model", re.I | re.S
)
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|(does|do)(n't| not) support|not allowed|not permitted|unknown|unrecogni[sz]ed"
    r"|unexpected|extra inputs|not available|not implemented",
    re.IGNORECASE,
)
_WORDS_SHOWN = 400
_PASSING_STATUSES = (408, 409, 425, 429)


@dataclass(frozen=True, slots=True)
class Failure:
    """A server's error.

    Attributes:
        status: of HTTP.
        message: the server's words, on one line.
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
    def is_overflow(self) -> bool:
        return self.code in _OVERFLOW_CODES or bool(_OVERFLOW.search(self.message))

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
        if self.parameter:
            named = self.parameter == parameter
        else:
            named = bool(re.search(rf"(?<!\w){parameter}(?!\w)", self.message))
        return bool(named and (_UNSUPPORTED.search(self.message) or _UNSUPPORTED.search(self.code.replace("_", " "))))


def read_failure(status: int, headers: Mapping[str, str], body: object) -> Failure:
    """Make sense of an error's body.

    Args:
        status: of HTTP.
        headers: with names in lower case, or a mapping that does not care.
        body: the decoded JSON, or a text.
    """
    error: Any = body
    if isinstance(error, dict) and error.get("error"):
        error = error["error"]
    if not isinstance(error, dict):
        return Failure(status, _one_line(error), retry_after=_retry_after(headers))
    message, parameter = error.get("message") or error.get("detail") or error, error.get("param")
    if isinstance(message, list) and message and isinstance(message[0], dict):  # FastAPI: one entry a field.
        parameter = (message[0].get("loc") or [""])[-1]
        message = f"{parameter}: {message[0].get('msg')}"
    code, kind = error.get("code"), error.get("type")
    said = [text for text in (code, kind) if isinstance(text, str)]
    return Failure(status, _one_line(message), " ".join(said[:1]), str(parameter or ""), _retry_after(headers))


def _one_line(words: object) -> str:
    text = " ".join(str(words if words is not None else "").split())
    return text if len(text) <= _WORDS_SHOWN else text[:_WORDS_SHOWN] + "…"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after")
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if seconds == seconds else None  # Not a number: nothing was asked.
