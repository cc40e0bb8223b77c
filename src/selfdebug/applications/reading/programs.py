"""Find the one program in a reply, among its blocks or in its prose; `reading` is its only user."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from selfdebug.applications.reading import replies, tags
from selfdebug.applications.reading.fences import FENCE_LINE, Block, Completeness
from selfdebug.applications.reading.structure import Structure, parses, structure
from selfdebug.applications.reading.unreadable import Unreadable, UnreadableReplyError
from selfdebug.applications.reading.versions import is_older
from selfdebug.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A block that may be the program, or a part of it."""

    code: str
    structure: Structure
    tagged: bool = True
    closed: bool = True
    before: str = ""


def find_program(text: str, name: str, entry_point: str, previous: str = "") -> str:
    """The one program of a cleaned reply, ending in one newline.

    Args:
        text: the reply.
        name: the language's name.
        entry_point: name of the function that the program has to define, or nothing.
        previous: the program that a new one was asked for, or nothing.

    Raises:
        UnreadableReplyError: there is none, or more than one.
    """
    first = _split(text, name)
    try:
        return _program(first, name, entry_point, previous)
    except UnreadableReplyError as error:
        if not first.echo or not entry_point or error.reason is not Unreadable.NO_PROGRAM:
            raise
        # A heading was taken for the next problem, unless what follows defines something else.
        code = _program(replies.split(text, _is_complete(name), stop_at_echo=False), name, entry_point, previous)
        if entry_point not in structure(code, name).defines:
            raise
        return code


def _split(text: str, name: str) -> replies.Reply:
    def begins(line: str) -> bool:
        return replies.begins(line, name)

    if replies.code_before_fence(text, begins):
        prose = replies.until_echo(text)
        parts = replies.segments(prose, name, functools.partial(_is_whole, name))
        if parts and parts[0][1] and FENCE_LINE.search(parts[0][0]):
            return replies.Reply((), (prose,))  # the fences are in the program's own texts
    return replies.split(replies.with_opening(text, name, begins), _is_complete(name))


def _is_complete(name: str) -> Completeness:
    """Blocks in the language have to parse; those without a tag too, if they begin like code."""

    def complete(tag: str, code: str) -> bool:
        mine = tag == name or (tag in tags.NEUTRAL and replies.begins(code.lstrip("\n").split("\n")[0], name))
        return not mine or _candidate(Block(tag, code), name).structure.parses

    return complete


def _program(reply: replies.Reply, name: str, entry_point: str, previous: str) -> str:
    title = LANGUAGES[name].title
    blocks = _unwrapped(reply.blocks, name)
    if len(blocks) > replies.MOST_BLOCKS:
        raise _several(title)
    candidates = [_candidate(block, name) for block in blocks if block.tag in {name} | tags.NEUTRAL]
    candidates = [c for c in candidates if c.tagged or (c.structure.defines and not _is_foreign(c, name))]
    if any(not c.closed and not c.structure.parses for c in candidates):
        raise UnreadableReplyError(Unreadable.CUT_OFF, "The reply ended before the code block was closed.")
    code = _chosen(candidates, name, entry_point, previous) or _unfenced(reply.prose, name, entry_point)
    if code is None and not entry_point and len(candidates) == 1:
        code = candidates[0].code  # a script, which defines nothing
    if code is None:
        raise _nothing(reply, blocks, name, entry_point)
    return code.strip("\n").rstrip() + "\n"


def _unwrapped(blocks: tuple[Block, ...], name: str) -> list[Block]:
    """The blocks, and in the place of a block of Markdown those inside it."""
    inner = (replies.split(b.code, _is_complete(name)).blocks if b.tag in tags.WRAPPERS else (b,) for b in blocks)
    return [block for group in inner for block in group]


def _candidate(block: Block, name: str) -> _Candidate:
    """The first reading of the block that parses, or else the block as it stands."""
    tagged = block.tag == name
    readings = [block.code]
    before = None if block.closed else replies.before_echo(block.code)
    readings += [before] if before is not None else []
    readings += [block.code.translate(replies.SPACES), replies.dedented(block.code)]
    readings += replies.without_prompts(block.code)
    for code in dict.fromkeys(readings):
        found = structure(code, name)
        if found.parses:
            return _Candidate(code, found, tagged, block.closed, block.before)
    return _Candidate(readings[0], structure(readings[0], name), tagged, block.closed, block.before)


def _chosen(candidates: list[_Candidate], name: str, entry_point: str, previous: str) -> str | None:
    """The program among fenced blocks, or None.

    Raises:
        UnreadableReplyError: several could be meant, or the only one is a diff.
    """
    title = LANGUAGES[name].title
    whole = [c for c in candidates if c.structure.parses]
    broken = [c for c in candidates if not c.structure.parses]
    program = _joined(whole, name, entry_point, previous)
    if program is not None:
        code, last, defines = program
        later = candidates[candidates.index(last) + 1 :]
        if any(c in broken and c.structure.defines & defines for c in later):
            raise _several(title)  # an old program, and a new one with a syntax error
        return code
    if not broken:
        return None
    if any(replies.is_diff(c.code) for c in broken):
        raise _diff()
    defining = [c for c in broken if entry_point in c.structure.defines] or broken
    if len(defining) > 1 and not frozenset.intersection(*(c.structure.defines for c in defining)):
        raise _several(title)
    return defining[-1].code


def _joined(
    candidates: list[_Candidate], name: str, entry_point: str, previous: str = ""
) -> tuple[str, _Candidate, frozenset[str]] | None:
    """The last program among blocks that parse, with the blocks that it needs; None if no block defines anything.

    Raises:
        UnreadableReplyError: several could be meant.
    """
    title = LANGUAGES[name].title
    programs = [c for c in candidates if c.structure.defines]
    if entry_point:
        programs = [c for c in programs if entry_point in c.structure.defines] or programs
    real = [c for c in programs if not _is_usage(c)]
    programs = real or programs
    if not programs:
        return None
    last = programs[-1]
    same = [c for c in programs[:-1] if c.structure.defines & last.structure.defines]
    versions = [c for c in same if f"{c.code.strip()}\n" not in f"{last.code}\n"]
    if is_older((last.before, last.code), [(c.before, c.code) for c in versions], previous):
        raise _several(title)  # an old program, quoted after the new one
    parts = [last]
    if not (entry_point and entry_point in last.structure.defines):
        for other in reversed(programs[:-1]):
            defined = frozenset().union(*(part.structure.defines for part in parts))
            if other.structure.defines & defined:
                continue
            if not any(_depend(other, part) for part in parts):
                raise _several(title)
            parts.append(other)
    pending = list(parts)
    while pending:
        part = pending.pop()
        bound = frozenset().union(*(p.structure.binds for p in parts))
        for other in reversed(candidates):
            if other in parts or not (other.structure.binds & part.structure.needs - bound):
                continue
            if other.structure.defines & frozenset().union(*(p.structure.defines for p in parts)):
                raise _several(title)  # the old version holds a part that the new one needs
            parts.append(other)
            pending.append(other)
            bound |= other.structure.binds
    ordered = [c for c in candidates if c in parts]
    code = "\n\n".join(c.code.strip("\n").rstrip() for c in ordered)
    if len(ordered) > 1 and (
        not parses(code, name) or any(re.search(r"^(?:package|import|from __future__)\b", c.code, re.M)
                                      and name in ("go", "java") for c in ordered[1:])
    ):  # fmt: skip
        raise _several(title)
    return code, ordered[-1], frozenset().union(*(c.structure.defines for c in ordered))


def _is_usage(candidate: _Candidate) -> bool:
    """Whether it defines only tests or a `main`."""
    return all(re.match(r"(?:test|check)|main$", name, re.IGNORECASE) for name in candidate.structure.defines)


def _depend(one: _Candidate, other: _Candidate) -> bool:
    return bool(one.structure.needs & other.structure.defines or other.structure.needs & one.structure.defines)


def _unfenced(prose: tuple[str, ...], name: str, entry_point: str) -> str | None:
    """The program that stands in prose or between single backticks, or None.

    Raises:
        UnreadableReplyError: it begins there, but where it ends is unclear; or several could be meant.
    """
    found = [part for piece in prose for part in replies.segments(piece, name, functools.partial(_is_whole, name))]
    if any(not whole and structure(code, name).defines for code, whole in found):
        raise UnreadableReplyError(
            Unreadable.DOES_NOT_PARSE,
            f"The reply held {LANGUAGES[name].title} code outside a code block, and where it ends is unclear.",
        )
    codes = [code for code, whole in found if whole] or replies.inline_codes(prose)
    candidates = [_Candidate(code, structure(code, name)) for code in codes[: replies.MOST_BLOCKS]]
    program = _joined([c for c in candidates if c.structure.parses], name, entry_point)
    return program[0] if program is not None else None


def _is_whole(name: str, code: str) -> bool:
    found = structure(code, name)
    return found.parses and (found.script or bool(found.binds))


def _nothing(reply: replies.Reply, blocks: list[Block], name: str, entry_point: str) -> UnreadableReplyError:
    """Why no program was found."""
    title = LANGUAGES[name].title
    others = (tags.OTHER | tags.SQL | tags.PROGRAMS.keys()) - {name}
    wrong = next((block.tag for block in blocks if block.tag in others), "") or _other_language(reply, blocks, name)
    if wrong:
        return UnreadableReplyError(
            Unreadable.WRONG_LANGUAGE, f"The reply held {wrong} code; the program must be written in {title}."
        )
    if any(b.tag in ("diff", "patch") or replies.is_diff(b.code) for b in blocks) or any(
        map(replies.is_diff, reply.prose)
    ):
        return _diff()
    wanted = f" that defines `{entry_point}`" if entry_point else ""
    return UnreadableReplyError(
        Unreadable.NO_PROGRAM,
        f"The reply held no {title} program{wanted}.",
    )


def _other_language(reply: replies.Reply, blocks: list[Block], name: str) -> str:
    """The language of a program that is not in the wanted one, or nothing."""
    texts = [*(block.code for block in blocks if block.tag in tags.NEUTRAL), *reply.prose]
    for text in texts[:8]:
        for other in LANGUAGES:
            if other == name or len(text) > 10_000:
                continue
            found = replies.segments(text, other, functools.partial(_defines, other))
            if any(whole for _, whole in found):
                return LANGUAGES[other].title
    return ""


def _is_foreign(candidate: _Candidate, name: str) -> bool:
    """Whether it is a program, but in another language."""
    return not candidate.structure.parses and any(_defines(o, candidate.code) for o in LANGUAGES if o != name)


def _defines(name: str, code: str) -> bool:
    found = structure(code, name)
    return found.parses and bool(found.defines)


def _several(title: str) -> UnreadableReplyError:
    return UnreadableReplyError(
        Unreadable.SEVERAL_PROGRAMS,
        f"The reply held more than one {title} program, and which one counts is unclear.",
    )


def _diff() -> UnreadableReplyError:
    return UnreadableReplyError(Unreadable.NO_PROGRAM, "The reply held a diff, not the whole program.")
