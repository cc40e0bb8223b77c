"""Read programs, queries and verdicts out of a language model's replies.

Strict on purpose: what is ambiguous is unreadable. An error says what is the matter; what to reply instead stands in
the prompts. A wrong program is still a program; running it says what is wrong. Thinking parts must have been removed
before. From the ground up: `unreadable`, `tags`, `fences`, `marks` (what models leave in a reply), `replies` (blocks
and prose), `versions`, `programs` and `queries` (which block is meant).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from selfdebug.applications.reading import replies
from selfdebug.applications.reading.programs import ProgramReader, structure
from selfdebug.applications.reading.unreadable import Unreadable, UnreadableReplyError
from selfdebug.feedback import Feedback, Judge, Verdict
from selfdebug.languages import find_language
from selfdebug.messages import Reply

DIALECTS = ("sqlite", "duckdb", "postgres", "mysql")
"""sqlglot's names of the dialects that queries may be written in."""

_SORRY = re.compile(r"(?:i['’]?m|i am|we['’]re)?[ \t]*(?:really |very |so )?sorry\b|i (?:can|wo|am unable|must decline)"
                    r"|as an ai\b|unfortunately,? i\b|i['’]m (?:unable|not able)\b", re.IGNORECASE)  # fmt: skip
_DECLINED = re.compile(r"\b(?:can['’]?t|cannot|can not|unable|won['’]t|will not|not able|decline)\b", re.IGNORECASE)
_VERDICT_LINE = re.compile(r"(?:(?:my|the|final|overall) )*verdict[ \t]*(?:[:=\-–—]+|is\b|$)[ \t]*", re.IGNORECASE)
_VERDICT_SENTENCE = re.compile(
    r"(?:^|[.!?;,]\s+)(?:(?:so|and so|therefore|thus|hence|overall|in conclusion),?\s+)?"
    r"(?:the|my)(?: final)? verdict is:?\s+([\w ]+)[.!]*$",
    re.IGNORECASE,
)
_ANSWER_LINE = re.compile(r"answer\s*[:=]?\s*(?:query )?\(?([A-Z])\)?[.:]?(?:\s|$)", re.IGNORECASE)
_LETTER = re.compile(r"\(?([A-Z])[).:]?$")
_VERDICTS = {
    **dict.fromkeys(("correct", "right"), Verdict.CORRECT),
    **dict.fromkeys(("wrong", "incorrect", "not correct", "not right"), Verdict.WRONG),
    **dict.fromkeys(("unsure", "not sure", "uncertain"), Verdict.UNSURE),
}

_BLOCK_LABEL = re.compile(r"(?:\d+[.)] *)?\[?block[- ]?(\d{1,4})\]?[ \t]*(?:[:\-–—.]+[ \t]*)?", re.IGNORECASE)
_BLOCK_VERDICT = re.compile(r"(?:is )?((?:in)?correct)\b(?! *(?:/|or\b))", re.IGNORECASE)


def parses(code: str, language_or_dialect: str) -> bool:
    """Whether the text is valid code: a whole program, or exactly one SQL statement.

    Args:
        code: the text.
        language_or_dialect: a language, or one of `DIALECTS`.

    Raises:
        ValueError: the language is not known.
    """
    if language_or_dialect in DIALECTS:
        from selfdebug.applications.reading.queries import statement

        return statement(code, language_or_dialect) is not None
    return structure(code, find_language(language_or_dialect)).parses


def read_program(reply: Reply, language: str, *, entry_point: str = "", previous: str = "") -> str:
    """Read the one program out of a reply.

    Args:
        reply: what the model said.
        language: the program's language, by name or a usual short form.
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
    with _usable(reply) as text:
        return reader.read(text)


def read_query(reply: Reply, dialect: str, *, previous: str = "") -> str:
    """Read the one SQL query out of a reply.

    Args:
        reply: what the model said.
        dialect: sqlglot's name: sqlite, duckdb, postgres or mysql.
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
    with _usable(reply) as text:
        return find_query(text.translate(replies.SPACES), dialect, previous)


def read_verdict(reply: Reply) -> Verdict:
    """Read the verdict: the last line that begins with "Verdict:", or a last sentence that says what the verdict is.

    A reply may also be nothing but the word.

    Raises:
        UnreadableReplyError: there is none.
    """
    with _usable(reply) as text:
        lines = [line for line in map(_plain, replies.until_echo(text.strip()).split("\n")) if line]
        labelled = [number for number, line in enumerate(lines) if _VERDICT_LINE.match(line)]
        word = lines[0] if len(lines) == 1 else ""
        if labelled:
            line, *after = lines[labelled[-1] :]
            word = _VERDICT_LINE.sub("", line, count=1).strip() or (after[0] if after else "")
        elif lines and (sentence := _VERDICT_SENTENCE.search(lines[-1])):
            word = sentence[1]
        verdict = _VERDICTS.get(" ".join(word.lower().split()).strip(" .!"))
        if verdict is None:
            raise UnreadableReplyError(Unreadable.NO_VERDICT, "The reply did not end with a verdict.")
        return verdict


def read_answer(reply: Reply, answers: Sequence[str]) -> str:
    """Read a letter: in the last line that begins with "Answer:", or a reply that is nothing but the letter.

    Args:
        reply: what the model said.
        answers: the letters to choose from, capitals.

    Raises:
        UnreadableReplyError: there is none of them.
    """
    with _usable(reply) as text:
        lines = [line for line in map(_plain, replies.until_echo(text.strip()).split("\n")) if line]
        found = [match for line in lines if (match := _ANSWER_LINE.match(line))]
        match = found[-1] if found else _LETTER.match(lines[0]) if len(lines) == 1 else None
        if match is None or match[1].upper() not in answers:
            raise UnreadableReplyError(Unreadable.NO_ANSWER, "The reply did not end with one of the letters.")
        return match[1].upper()


def read_feedback(reply: Reply) -> Feedback:
    """Read a verdict, with the words before it.

    Raises:
        UnreadableReplyError: there is no verdict in it.
    """
    return Feedback(read_verdict(reply), Judge.MODEL, reply.text.strip())


def read_block_verdicts(reply: Reply, blocks: int) -> str:
    """Read the verdicts on the blocks of a recorded trace: lines such as ``[BLOCK-2] incorrect: It skips a number.``

    Args:
        reply: what the model said.
        blocks: how many blocks it was shown; they are numbered from 1.

    Returns:
        Its words.

    Raises:
        UnreadableReplyError: a block has no verdict or two different ones, or there is no such block.
    """
    with _usable(reply) as text:
        lines = [line for line in map(_plain, text.strip().split("\n")) if line]
        found: dict[int, set[str]] = {}
        for place, line in enumerate(lines):
            if (label := _BLOCK_LABEL.match(line)) is None:
                continue
            said = line[label.end() :] or (lines[place + 1] if place + 1 < len(lines) else "")
            if verdict := _BLOCK_VERDICT.match(said):
                found.setdefault(int(label[1]), set()).add(verdict[1].lower())
        missing = [number for number in range(1, blocks + 1) if len(found.get(number, ())) != 1]
        unknown = [number for number in found if not 1 <= number <= blocks]
        if unknown:
            raise UnreadableReplyError(Unreadable.NO_VERDICT, f"There is no BLOCK-{unknown[0]}.")
        if missing:
            matter = "more than one verdict" if missing[0] in found else "no verdict"
            raise UnreadableReplyError(Unreadable.NO_VERDICT, f"The reply had {matter} on BLOCK-{missing[0]}.")
        return text.strip()


def read_words(reply: Reply) -> str:
    """Read an explanation, a trace or a plan: any words will do, even if the end is missing.

    Raises:
        UnreadableReplyError: there are none.
    """
    if _is_refused(reply):
        raise UnreadableReplyError(Unreadable.REFUSED, "The request was refused.")
    words = replies.clean(reply.text).strip()
    if not words and reply.finish == "length":
        raise UnreadableReplyError(Unreadable.CUT_OFF, "The reply was cut off before it said anything.")
    if not words:
        raise UnreadableReplyError(Unreadable.EMPTY, "The reply was empty.")
    return words


def _is_refused(reply: Reply) -> bool:
    return bool(reply.refusal.strip()) or reply.finish == "content_filter"


def _plain(line: str) -> str:
    """A line without Markdown's marks."""
    return re.sub(r"[*_`#>\"“”'‘’]", "", line.translate(replies.SPACES)).strip().removeprefix("- ").strip()


@contextmanager
def _usable(reply: Reply) -> Iterator[str]:
    """The cleaned reply, to find something in. If nothing is found, it may have declined; or be sorry, and answer.

    Raises:
        UnreadableReplyError: it was refused, cut off or empty.
    """
    if _is_refused(reply):
        raise UnreadableReplyError(Unreadable.REFUSED, "The request was refused.")
    if reply.finish == "length":
        raise UnreadableReplyError(Unreadable.CUT_OFF, "The reply was cut off because it was too long.")
    text = replies.clean(reply.text)
    if not text.strip():
        raise UnreadableReplyError(Unreadable.EMPTY, "The reply was empty.")
    try:
        yield text
    except UnreadableReplyError as error:
        beginning = text.strip()[:300]
        nothing = error.reason in (Unreadable.NO_PROGRAM, Unreadable.NO_VERDICT)
        if nothing and _SORRY.match(beginning) and _DECLINED.search(beginning):
            raise UnreadableReplyError(Unreadable.REFUSED, "The reply declined the request.") from None
        raise


__all__ = [
    "Unreadable", "UnreadableReplyError", "parses", "read_block_verdicts", "read_feedback", "read_program",
    "read_query", "read_verdict", "read_words",
]  # fmt: skip
