"""Where the code is in a reply: fenced blocks, the prose around them, and code that stands in prose without a fence.

It finds borders and chooses nothing: see `reading`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from selfdebug.applications.reading import fences, marks, tags
from selfdebug.applications.reading.fences import Block, Completeness
from selfdebug.languages.base import Language

MOST_BLOCKS = 64
"""A reply with more fenced blocks than this is not looked at."""

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u3000": " ", "\u200b": None, "\u2060": None})
"""For `str.translate`: spaces that no compiler takes for spaces, to plain ones."""

_ECHO = re.compile(
    r"#{2,6}[ \t]*(?:next |new |another )?(?:request|instructions?|question|task|user|human)\b[ \t]*\d*[ \t]*(?::.*)?$"
    r"|#{2,6}[ \t]*(?:problem|example|exercise)[ \t]*\d+[ \t]*(?::.*)?$"
    r"|(?:user|human|request|question|task|q)[ \t]*\d*:|\[INST\]",
    re.IGNORECASE,
)
_PROMPTED = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")
# Three words in a row from a capital letter on: no line of code at the margin begins so.
_SENTENCE = re.compile(r"[A-Z][\w'’]*,? +[A-Za-z'’]+,? +[A-Za-z'’`]+(?:[ ,.:;!?]|$)")


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """A reply taken apart.

    Attributes:
        blocks: its fenced blocks, in order.
        prose: what stands between them, empty pieces left out.
        echo: it goes on with an invented request, which was left out.
    """

    blocks: tuple[Block, ...]
    prose: tuple[str, ...]
    echo: bool = False


def clean(text: str) -> str:
    """The same text with plain line ends, without byte order mark, lone surrogates and special tokens."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    return marks.said(text)


def split(text: str, complete: Completeness, stop_at_echo: bool = True) -> ParsedReply:
    """Take a reply apart.

    Args:
        text: a cleaned reply.
        complete: whether a block with this tag and code is whole. Where it is not, a fence further down may be
            its end: fences also occur inside docstrings.
        stop_at_echo: leave out what follows a line by which a completion model begins the next problem.
    """
    lines = text.split("\n")
    blocks: list[Block] = []
    prose: list[list[str]] = [[]]
    position, attempts, written = 0, fences.MOST_ATTEMPTS, False
    while position < len(lines):
        line = lines[position]
        if stop_at_echo and written and _ECHO.match(line):
            return _reply(blocks, prose, echo=True)
        written = written or bool(line.strip())
        before, opening = fences.opening_of(line)
        if opening is None:
            prose[-1].append(line)
            position += 1
            continue
        prose[-1].append(before)
        block, position, rest, attempts = fences.block_at(lines, position, opening, complete, attempts)
        blocks.append(replace(block, before=next((line for line in reversed(prose[-1]) if line.strip()), "")))
        prose.append([])
        if rest:  # words on the closing fence's line
            position -= 1
            lines[position] = rest
    return _reply(blocks, prose)


def unwrapped(blocks: Iterable[Block], complete: Completeness) -> list[Block]:
    """The blocks; in the place of one of Markdown, those inside it."""
    groups = (split(b.code, complete).blocks if b.tag in tags.WRAPPERS else (b,) for b in blocks)
    return [block for group in groups for block in group]


def _reply(blocks: list[Block], prose: list[list[str]], echo: bool = False) -> ParsedReply:
    pieces = ("\n".join(piece) for piece in prose)
    return ParsedReply(tuple(b for b in blocks if b.code.strip()), tuple(p for p in pieces if p.strip()), echo)


def dedented(code: str) -> str:
    """The text without the indentation that all its lines share."""
    lines = code.split("\n")
    shared = os.path.commonprefix([line for line in lines if line.strip()])  # noqa: RUF071 (no paths)
    margin = len(shared) - len(shared.lstrip(" \t"))
    return "\n".join(line[margin:] if line.strip() else line.strip() for line in lines) if margin else code


def without_prompts(code: str) -> list[str]:
    """Readings of an interpreter session: only the lines after a prompt, or all lines with the prompts taken off."""
    lines = code.split("\n")
    if not any(line.lstrip().startswith(">>>") for line in lines):
        return []
    bare = [_PROMPTED.sub("", line, count=1) for line in lines]
    prompted = [text for text, line in zip(bare, lines, strict=True) if _PROMPTED.match(line)]
    return ["\n".join(prompted), "\n".join(bare)]


def with_opening(text: str, tag: str, begins_like_code: Callable[[str], object]) -> str:
    """Put the opening fence back where the prompt held it: the reply's first fence closes what begins like code."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    places = [number for number, line in enumerate(lines) if fences.FENCE.match(line)]
    if not places or places[0] <= first or not begins_like_code(lines[first]):
        return text
    bare = [not lines[number].strip("`~ \t") for number in places]
    if not bare[0] or any(is_sentence(line) for line in lines[first : places[0]]):
        return text
    closes = len(places) % 2 == 1 or not bare[1]
    return f"{lines[places[0]].strip()}{tag}\n{text}" if closes else text


def until_echo(text: str) -> str:
    """The text up to a line, not its first, by which a completion model begins the next problem."""
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines) if number and _ECHO.match(line)), None)
    return "\n".join(lines[:end])


def code_before_fence(text: str, begins_like_code: Callable[[str], object]) -> bool:
    """Whether something that begins like code stands before the first fence."""
    for line in text.split("\n"):
        if fences.FENCE.match(line):
            return False
        if begins_like_code(line):
            return fences.FENCE_LINE.search(text) is not None
    return False


def is_sentence(line: str) -> bool:
    """Whether a line at the margin is prose without doubt."""
    return _SENTENCE.match(line) is not None


def inline_codes(prose: tuple[str, ...]) -> list[str]:
    """What stands between single backticks."""
    return [code.strip() for piece in prose for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", piece)]


def is_diff(code: str) -> bool:
    """Whether the text shows changes instead of a program."""
    lines = code.split("\n")
    if any(line.startswith("@@ ") for line in lines):
        return True
    return all(any(re.match(sign, line) for line in lines) for sign in (r"-(?:[ \t]|--)", r"\+(?:[ \t]|\+\+)"))


_CLOSING = {"/*": "*/"}


def begins(line: str, language: Language) -> bool:
    """Whether code of the language may begin with this line."""
    text = line.lstrip(" \t")
    return re.match(language.starts, text) is not None and not is_sentence(text)


def segments(piece: str, language: Language, is_whole: Callable[[str], bool]) -> list[tuple[str, bool]]:
    """Code that stands in prose without a fence.

    Args:
        piece: prose.
        language: of the code.
        is_whole: whether a text is a whole program or a part of one; called a few times.

    Returns:
        Each stretch that begins like code, and whether it is whole.
    """
    stretches: list[tuple[str, bool]] = []
    lines = piece.split("\n")
    position, attempts = 0, fences.MOST_ATTEMPTS
    while position < len(lines) and attempts > 0:
        if not begins(lines[position], language):
            position += 1
            continue
        ends = _ends(lines, position, language)
        for end in ends:
            attempts -= 1
            code = dedented("\n".join(lines[position:end]))
            if is_whole(code):
                stretches.append((code, True))
                position = end
                break
        else:
            stretches.append(("\n".join(lines[position : ends[0]]), False))
            position = ends[0]
    return stretches


def _ends(lines: list[str], start: int, language: Language) -> list[int]:
    """The lines before which code that begins at `start` may end: those at its margin that look like prose."""
    margin = len(lines[start]) - len(lines[start].lstrip(" \t"))
    ends: list[int] = []
    quoted = ""
    for number in range(start, len(lines)):
        line = lines[number]
        text = line.lstrip(" \t")
        if number > start and not quoted and text and len(line) - len(text) <= margin:
            starts = begins(text, language)
            if is_sentence(text) or not (starts or re.match(language.continues, text)):
                ends.append(number)
        for mark in re.findall(language.quotes, line):
            quoted = mark if not quoted else "" if mark == _CLOSING.get(quoted, quoted) else quoted
    # Where the rest is all code, no sentence within it may end it early.
    return [*ends[: fences.MOST_ENDS - 1], len(lines)]
