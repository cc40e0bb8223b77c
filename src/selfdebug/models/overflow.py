"""A prompt that does not fit into a model's context: how servers say so, and what room they leave for the reply.

There is no code for it that all servers send, so their words are read. What is said of rates ("tokens per minute") or
of the limit of a reply alone is no overflow.
"""

import re

_CODES = (
    "context_length_exceeded", "exceed_context_size_error", "context_window_exceeded",
    "model_max_prompt_tokens_exceeded", "request_too_large", "string_above_max_length", "prompt_too_long",
    "input_too_long",
)  # fmt: skip
_TOO_MUCH = r"exceed\w*|cannot exceed|(longer|greater|larger|bigger) than|too (long|large|big)|overflows?|is over\b"
_NOUN = r"context|prompt|inputs?|messages|conversation|sequence|total (?:number of )?tokens"
_OVERFLOW = re.compile(
    "|".join(
        (
            rf"max(imum)?[ _](allowed )?({_NOUN}|model|seq)[ _](len(gth)?|size|window|tokens?|limit)\b",
            # "The input token count (9000) exceeds the maximum …", "`inputs` tokens + `max_new_tokens` must be <= 4096"
            rf"(?<!\w)({_NOUN})\b[^;]{{0,90}}?\b({_TOO_MUCH})",
            r"(?<!\w)`?inputs?`?( tokens\b.{0,40})? must (be <=|be less than|have less than|not exceed)",
            rf"\b({_TOO_MUCH})\b[^;]{{0,60}}\b(context|n_ctx|max(imum)? (input|prompt)|model token limit)\b",
            r"number of input tokens\b.{0,30}cannot exceed",
            r"\btoo many (input |prompt )?tokens",
            r"reduce (the |your )?(length|size|number of tokens|prompt|message size|input)",
            r"request( entity)? (is )?too large|range of input length|context shift is disabled",
            r"keep the first \d+ tokens|max_tokens must be at least 1, got -",
        )
    ),
    re.IGNORECASE,
)
_RATE = re.compile(r"rate.?limit|tokens? per|requests? per|throttl|please wait|quota|tim(e|ed)[ -]?out", re.IGNORECASE)
_TOO_LARGE_FOR_A_RATE = re.compile(r"request too large|message size", re.IGNORECASE)
_CONTENT_TOO_LARGE = 413

_NUMBER = re.compile(r"(?<![\w.-])\d[\d,]*")
_SUM = re.compile(r"(\d+) \+ (\d+) > (\d+)")
_LIMIT = re.compile(
    r"(?:context|model|sequence|total)[ _](?:length|len|limit|window|size|tokens?)\b\D{0,40}?(\d[\d,]*)"
    r"|(?:<=|cannot exceed|at most|limit(?: of| is|:)?)\D{0,5}(\d[\d,]*)"
    r"|(\d[\d,]*) (?:token |tokens? of )?(?:maximum )?context",
    re.IGNORECASE,
)
_OF_REPLY = re.compile(r"completion|output|max_\w*tokens|predict|generat", re.IGNORECASE)
_OF_PROMPT = re.compile(r"\d (?:tokens )?(?:(?:in|of|from) (?:the |your )?)?(inputs?|prompt|messages|text)\b", re.I)
_LEAST_ROOM = 128
"""Tokens: with less than this a reply is of no use, and the prompt has to become shorter."""


def is_overflow(status: int, code: str, message: str) -> bool:
    """Whether an error says that the prompt, with room for the reply, is longer than the model's context."""
    if code in _CODES or status == _CONTENT_TOO_LARGE:
        return True
    if _RATE.search(message) and not _TOO_LARGE_FOR_A_RATE.search(message):
        return False
    return _OVERFLOW.search(message) is not None


def room(message: str, asked: int) -> int | None:
    """How many tokens of reply fit beside the prompt, where the words of an overflow tell.

    Args:
        message: the server's words.
        asked: the tokens of reply that were asked for.

    Returns:
        A number below `asked`; None where the prompt alone is too long, or nothing is told.
    """
    fitting = _room(message.replace("`", ""), asked)
    if fitting is not None and "at least" in message:  # the server stopped counting the prompt at its limit
        fitting = min(fitting, asked // 2)
    return fitting if fitting is not None and _LEAST_ROOM <= fitting < asked else None


def _room(message: str, asked: int) -> int | None:
    added = _SUM.search(message)
    if added is not None:
        return int(added[3]) - int(added[1])
    given = _LIMIT.search(message)
    if given is None:
        return None
    limit = _int(next(group for group in given.groups() if group))
    numbers = {_int(number) for number in _NUMBER.findall(message)} - {limit, asked}
    parts = [number for number in numbers if number - asked not in numbers]
    prompts = [number for number in parts if number < limit < number + asked]
    if prompts and (asked in map(_int, _NUMBER.findall(message)) or _OF_REPLY.search(message)):
        return limit - max(prompts)
    totals = [number for number in numbers if limit < number < limit + asked]
    if len(numbers) == len(totals) == 1 and _OF_REPLY.search(message) and not _OF_PROMPT.search(message):
        return asked - (totals[0] - limit)
    return None


def _int(digits: str) -> int:
    return int(digits.replace(",", "") or 0)
