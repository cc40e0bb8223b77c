"""Where a fenced block begins and ends, as models write fences; `replies` is its only user.

A closing fence stands alone and is as long as the opening one. Models also put words after it, put it at the end of the
code's last line, or make it shorter: such a line closes what is whole up to there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from selfdebug.applications.reading import tags

Completeness = Callable[[str, str], bool]
"""Whether a block with this tag and this code is whole."""

FENCE = re.compile(r"(?P<margin>(?:[ \t>]|[-*+][ \t]|\d{1,3}[.)][ \t])*)(?P<fence>`{3,}|~{3,})(?P<info>.*)")
"""A fence, and what stands before and after it."""
FENCE_LINE = re.compile(r"^[ \t]*(?:`{3}|~{3})", re.MULTILINE)
"""A line that looks like a fence."""

_COMMENT = re.compile(r"^\s*(?:#(?!include)|//|--|\*|/\*)|\s(?:#|//|--)\s")
_DEEPEST_CLOSING = 3
MOST_ENDS, MOST_ATTEMPTS = 6, 24
"""How many borders are tried for one stretch of code, and for a reply."""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block.

    Attributes:
        tag: the language's name after the opening fence, or another word, in lower case; may be empty.
        code: what is inside, without the fence's own indentation.
        closed: the closing fence was there.
        before: the last line of prose before it.
    """

    tag: str
    code: str
    closed: bool = True
    before: str = ""


def opening_of(line: str) -> tuple[str, re.Match[str] | None]:
    """An opening fence, at the line's start or after a colon, and the prose before it."""
    match = FENCE.match(line)
    if match is not None:
        inline = match["fence"][0] == "`" and "`" in match["info"] and not match["info"].rstrip().endswith("```")
        return "", None if inline else match
    at = line.find("```")
    if at > 0 and line[:at].rstrip().endswith(":") and re.fullmatch(r"`{3,}[\w+#-]*[ \t]*", line[at:]):
        return line[:at], FENCE.match(line[at:])
    return "", None


def block_at(
    lines: list[str], start: int, opening: re.Match[str], complete: Completeness, attempts: int
) -> tuple[Block, int, str, int]:
    """The block that opens at `start`, the line after it, words on its last line, and how many attempts are left."""
    fence, info = opening["fence"], opening["info"].strip()
    if info.endswith("```") and fence[0] == "`":  # fenced within one line
        inside = info.rstrip("`").strip()
        first, _, rest = inside.partition(" ")
        known = tags.is_known(first) and rest
        return Block(tags.plain(first) if known else "", rest if known else inside), start + 1, "", attempts
    tag, head = tags.of_fence(info)
    if start + 1 < len(lines) and _opens_again(lines[start + 1], fence, tag):
        start += 1
        tag, head = tags.of_fence(lines[start].strip(" \t>").removeprefix(fence))
    margin = opening["margin"]
    tried = 0
    sure = loose = shorter = None
    for end in range(start + 1, len(lines)):
        closing = _closing(lines[end], fence)
        if closing is None or (not closing.sure and tried >= MOST_ENDS):
            continue
        inside_lines = [*lines[start + 1 : end], *([closing.code] if closing.code else [])]
        code = _with_head(head, _unquoted(inside_lines, margin))
        candidate = code, end + 1, closing.rest
        # A fence that is set in deeper than this belongs to what is inside.
        indentation = len(lines[end]) - len(lines[end].lstrip(" \t>"))
        outside = indentation <= len(margin) + _DEEPEST_CLOSING and not closing.code
        if sure is None and closing.sure and outside:
            sure = candidate
        whole = bool(code.strip()) and attempts > 0 and complete(tag, code)
        if (closing.sure and not code.strip()) or (whole and not closing.shorter):
            return Block(tag, code), end + 1, closing.rest, attempts
        if whole:
            shorter = shorter or candidate
        elif loose is None and outside and not closing.sure:
            loose = candidate
        attempts = max(attempts - 1, 0)
        tried += 1
        if sure and (attempts == 0 or tried >= MOST_ENDS):
            break
    if loose and sure and loose[1] < sure[1] and not shorter:
        sure = loose
    if chosen := sure or shorter or loose:
        return Block(tag, chosen[0]), chosen[1], chosen[2], attempts
    # A stop sequence may halve a fence, and some models repeat the tag after the closing one.
    code = _unquoted(lines[start + 1 :], margin).rstrip().removesuffix(f"\n{fence}{info}").rstrip("`~").rstrip()
    return Block(tag, _with_head(head, code), closed=False), len(lines), "", attempts


def _opens_again(line: str, fence: str, tag: str) -> bool:
    """Whether a line opens the block that is open already, as some models do."""
    again = FENCE.match(line)
    if again is None or again["fence"] != fence or not again["info"].strip():
        return False
    return tags.is_known(again["info"].strip()) and tag in ("", tags.plain(again["info"].strip()))


def _with_head(head: str, code: str) -> str:
    return f"{head}\n{code}" if head else code


@dataclass(frozen=True, slots=True)
class _Closing:
    """A line that may close a block: with nothing else on it surely, else only if what is inside is whole.

    Attributes:
        sure: it is a fence as long as the opening one, alone.
        shorter: the fence is shorter than the opening one.
        code: what stands before the fence.
        rest: what stands after it.
    """

    sure: bool
    shorter: bool = False
    code: str = ""
    rest: str = ""


def _closing(line: str, fence: str) -> _Closing | None:
    mark = fence[0]
    if mark * 3 not in line:
        return None
    bare = line.strip(" \t>")
    length = len(bare) - len(bare.lstrip(mark))
    if length == len(bare):
        return _Closing(sure=length >= len(fence), shorter=length < len(fence))
    if length >= 3:
        rest = bare[length:]
        is_words = mark not in rest and _is_words(rest)
        return _Closing(sure=False, shorter=length < len(fence), rest=rest.strip()) if is_words else None
    end = line.rstrip()
    code = end.rstrip(mark)
    if len(end) - len(code) >= 3 and mark * 3 not in code and not _COMMENT.search(code):
        return _Closing(sure=False, shorter=len(end) - len(code) < len(fence), code=code)
    return None


def _is_words(rest: str) -> bool:
    """Whether what follows a fence on its line is prose, and not the tag of a block that opens."""
    first, _, more = rest.strip().partition(" ")
    if tags.is_known(first) and not more[:1].islower():
        return False
    return bool(more.strip()) or not first[-1:].isalnum()


def _unquoted(lines: list[str], margin: str) -> str:
    """The lines without what the fence's margin puts before each: a quotation mark, or a list's indentation."""
    if ">" in margin:
        lines = [re.sub(r"^[ \t]*>[ ]?", "", line) for line in lines]
        margin = margin.rsplit(">", 1)[1].removeprefix(" ")
    width = len(margin)
    return "\n".join(line[min(width, len(line) - len(line.lstrip(" \t"))) :] for line in lines)
