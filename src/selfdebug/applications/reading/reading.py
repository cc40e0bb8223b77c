"""Read programs, queries and verdicts out of a language model's replies.

Strict on purpose: what is ambiguous is unreadable, and the error says why. A wrong
program is still a program; running it says what is wrong. Thinking parts must have been removed before.
"""

from __future__ import annotations

import re

from selfdebug.applications.reading import replies
from selfdebug.applications.reading.programs import ProgramReader
from selfdebug.applications.reading.structure import DIALECTS
from selfdebug.applications.reading.unreadable import Unreadable, UnreadableReplyError
from selfdebug.feedback import Verdict
from selfdebug.languages import language as find_language

_SORRY = re.compile(r"(?:i['’]?m|i am|we['’]re)?[ \t]*(?:really |very |so )?sorry\b|i (?:can|wo|am unable|must decline)"
                    r"|as an ai\b|unfortunately,? i\b|i['’]m (?:unable|not able)\b", re.IGNORECASE)  # fmt: skip
_DECLINED = re.compile(r"\b(?:can['’]?t|cannot|can not|unable|won['’]t|will not|not able|decline)\b", re.IGNORECASE)


def read_program(
    text: str, language: str, *, finish: str = "stop", refusal: str = "", entry_point: str = "", previous: str = ""
) -> str:
    """Read the one program out of a reply.

    Args:
        text: the reply.
        language: the program's language, by name or a usual short form.
        finish: why the model stopped, in the words of the OpenAI protocol.
        refusal: the refusal that the endpoint gave in place of a reply, if any.
        entry_point: name of the function that the program has to define, if known.
        previous: the program that a new one was asked for, if any: it may be quoted.

    Returns:
        Its source without fences, ending in one newline. A program that stands in its own block may have a syntax
        error.

    Raises:
        UnreadableReplyError: none can be read, or more than one.
        ValueError: the language is not known.
    """
    reader = ProgramReader(find_language(language), entry_point, previous)
    usable = _usable(text, finish, refusal)
    try:
        return reader.read(usable)
    except UnreadableReplyError as error:
        raise _refused(usable, error) from None


def read_query(text: str, dialect: str, *, finish: str = "stop", refusal: str = "", previous: str = "") -> str:
    """Read the one SQL query out of a reply.

    Args:
        text: the reply.
        dialect: sqlglot's name: sqlite, duckdb, postgres or mysql.
        finish: why the model stopped, in the words of the OpenAI protocol.
        refusal: the refusal that the endpoint gave in place of a reply, if any.
        previous: the query that a new one was asked for, if any: it may be quoted.

    Returns:
        It without a closing semicolon. A statement that stands in its own block may be wrong, or no query at all: the
        database says so.

    Raises:
        UnreadableReplyError: none can be read, or more than one.
        ValueError: the dialect is not known.
    """
    from selfdebug.applications.reading.queries import find_query

    if dialect not in DIALECTS:
        raise ValueError(f"unknown SQL dialect {dialect!r}: choose from {', '.join(DIALECTS)}")
    usable = _usable(text, finish, refusal).translate(replies.SPACES)
    try:
        return find_query(usable, dialect, previous)
    except UnreadableReplyError as error:
        raise _refused(usable, error) from None


def read_verdict(text: str, *, finish: str = "stop", refusal: str = "") -> Verdict:
    """Read the verdict: the last line that begins with "Verdict:", or a reply that is nothing but the word.

    Args:
        text: the reply.
        finish: why the model stopped, in the words of the OpenAI protocol.
        refusal: the refusal that the endpoint gave in place of a reply, if any.

    Raises:
        UnreadableReplyError: there is none.
    """
    usable = _usable(text, finish, refusal)
    lines = [_plain(line) for line in replies.until_echo(usable).split("\n")]
    lines = [line for line in lines if line]
    labelled = [number for number, line in enumerate(lines) if _VERDICT_LINE.match(line)]
    if labelled:
        line = _VERDICT_LINE.sub("", lines[labelled[-1]], count=1).strip()
        after = lines[labelled[-1] + 1] if labelled[-1] + 1 < len(lines) else ""
        word = line or after
    else:
        word = lines[0] if len(lines) == 1 else ""
    verdict = _VERDICTS.get(" ".join(word.lower().split()).strip(" .!"))
    if verdict is None:
        error = UnreadableReplyError(
            Unreadable.NO_VERDICT,
            "The reply did not end with a verdict.",
        )
        raise _refused(usable, error)
    return verdict


_VERDICT_LINE = re.compile(r"(?:(?:my|the|final|overall) )*verdict[ \t]*(?:[:=\-–—]+|is\b|$)[ \t]*", re.IGNORECASE)
_VERDICTS = {
    **dict.fromkeys(("correct", "right"), Verdict.CORRECT),
    **dict.fromkeys(("wrong", "incorrect", "not correct", "not right"), Verdict.WRONG),
    **dict.fromkeys(("unsure", "not sure", "uncertain"), Verdict.UNSURE),
}


def _plain(line: str) -> str:
    """A line without Markdown's marks."""
    return re.sub(r"[*_`#>\"“”'‘’]", "", line.translate(replies.SPACES)).strip().removeprefix("- ").strip()


def _usable(text: str, finish: str, refusal: str) -> str:
    """The cleaned reply.

    Raises:
        UnreadableReplyError: it was refused, cut off or empty.
    """
    if refusal.strip() or finish == "content_filter":
        raise UnreadableReplyError(Unreadable.REFUSED, "The request was refused.")
    if finish == "length":
        raise UnreadableReplyError(Unreadable.CUT_OFF, "The reply was cut off because it was too long.")
    cleaned = replies.clean(text)
    if not cleaned.strip():
        raise UnreadableReplyError(Unreadable.EMPTY, "The reply was empty.")
    return cleaned


def _refused(text: str, error: UnreadableReplyError) -> UnreadableReplyError:
    """The error for a reply in which nothing was found: it may have declined. A model may also be sorry, and answer."""
    beginning = text.strip()[:300]
    nothing = error.reason in (Unreadable.NO_PROGRAM, Unreadable.NO_VERDICT)
    if nothing and _SORRY.match(beginning) and _DECLINED.search(beginning):
        return UnreadableReplyError(Unreadable.REFUSED, "The reply declined the request.")
    return error
