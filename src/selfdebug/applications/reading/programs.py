"""Find the one program in a reply, among its blocks or in its prose; `reading` is its only user."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selfdebug.applications.reading import replies, tags
from selfdebug.applications.reading.fences import FENCE_LINE, Block
from selfdebug.applications.reading.unreadable import Unreadable, UnreadableReplyError, several
from selfdebug.applications.reading.versions import is_older
from selfdebug.languages import LANGUAGES
from selfdebug.languages.base import Language
from selfdebug.languages.structure import Structure

# Longer code is not parsed: what is wanted here has a hundredth of that, and parsers are not linear on nonsense.
_MOST_CHARACTERS = 30_000
_HEADS = re.compile(r"^(?:package|import)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A block that may be the program, or a part of it."""

    code: str
    structure: Structure
    tagged: bool = True
    closed: bool = True
    before: str = ""

    @property
    def is_usage(self) -> bool:
        """Whether it defines only tests or a `main`."""
        return all(re.match(r"(?:test|check)|main$", name, re.IGNORECASE) for name in self.structure.defines)

    def depends_with(self, other: _Candidate) -> bool:
        """Whether one of the two needs what the other defines."""
        return bool(self.structure.needs & other.structure.defines or other.structure.needs & self.structure.defines)


@dataclass(frozen=True, slots=True)
class ProgramReader:
    """Finds the one program of a reply.

    Attributes:
        language: the program's.
        entry_point: name of the function that the program has to define, or nothing.
        previous: the program that a new one was asked for, or nothing.
    """

    language: Language
    entry_point: str = ""
    previous: str = ""

    def read(self, text: str) -> str:
        """The one program of a cleaned reply, ending in one newline.

        Raises:
            UnreadableReplyError: there is none, or more than one.
        """
        first = self._split(text)
        try:
            return self._program(first)
        except UnreadableReplyError as error:
            if not first.echo or not self.entry_point or error.reason is not Unreadable.NO_PROGRAM:
                raise
            # A heading was taken for the next problem, unless what follows defines something else.
            code = self._program(replies.split(text, self._is_complete, stop_at_echo=False))
            if self.entry_point not in self._structure(code).defines:
                raise
            return code

    def _structure(self, code: str) -> Structure:
        return structure(code, self.language)

    def _begins(self, line: str) -> bool:
        return replies.begins(line, self.language)

    def _split(self, text: str) -> replies.ParsedReply:
        if replies.code_before_fence(text, self._begins):
            prose = replies.until_echo(text.strip())
            parts = replies.segments(prose, self.language, self._is_whole)
            if parts and parts[0][1] and FENCE_LINE.search(parts[0][0]):
                return replies.ParsedReply((), (prose,))  # the fences are in the program's own texts
        return replies.split(replies.with_opening(text, self.language.name, self._begins), self._is_complete)

    def _is_complete(self, tag: str, code: str) -> bool:
        """Blocks in the language have to parse; those without a tag too, if they begin like code."""
        begins = tag in tags.NEUTRAL and self._begins(code.lstrip("\n").split("\n")[0])
        mine = tag == self.language.name or begins
        return not mine or self._candidate(Block(tag, code)).structure.parses

    def _is_whole(self, code: str) -> bool:
        whole = self._structure(code)
        return whole.parses and (whole.script or bool(whole.binds))

    def _program(self, reply: replies.ParsedReply) -> str:
        blocks = replies.unwrapped(reply.blocks, self._is_complete)
        if len(blocks) > replies.MOST_BLOCKS:
            raise self._several()
        candidates = [self._candidate(b) for b in blocks if b.tag in {self.language.name} | tags.NEUTRAL]
        candidates = [c for c in candidates if c.tagged or (c.structure.defines and not self._is_foreign(c))]
        if any(not c.closed and not c.structure.parses for c in candidates):
            raise UnreadableReplyError(Unreadable.CUT_OFF, "The reply ended before the code block was closed.")
        code = self._chosen(candidates) or self._unfenced(reply.prose)
        if code is None and not self.entry_point and len(candidates) == 1:
            code = candidates[0].code  # a script, which defines nothing
        if code is None:
            raise self._nothing(reply, blocks)
        return code.strip("\n").rstrip() + "\n"

    def _candidate(self, block: Block) -> _Candidate:
        """The first reading of the block that parses, or else the block as it stands."""
        code = block.code
        readings = [
            code, code if block.closed else replies.until_echo(code), code.translate(replies.SPACES),
            replies.dedented(code), *replies.without_prompts(code),
        ]  # fmt: skip
        structures = ((reading, self._structure(reading)) for reading in dict.fromkeys(readings))
        parsed = next((pair for pair in structures if pair[1].parses), None)
        code, whole = parsed or (code, self._structure(code))
        return _Candidate(code, whole, block.tag == self.language.name, block.closed, block.before)

    def _chosen(self, candidates: list[_Candidate]) -> str | None:
        """The program among fenced blocks, or None.

        Raises:
            UnreadableReplyError: several could be meant, or the only one is a diff.
        """
        whole = [c for c in candidates if c.structure.parses]
        broken = [c for c in candidates if not c.structure.parses]
        parts = self._parts(whole)
        if parts:
            later, defines = candidates[candidates.index(parts[-1]) + 1 :], _defined(parts)
            if any(c in broken and c.structure.defines & defines for c in later):
                raise self._several()  # an old program, and a new one with a syntax error
            return _joined(parts)
        if not broken:
            return None
        if any(replies.is_diff(c.code) for c in broken):
            raise _diff()
        defining = [c for c in broken if self.entry_point in c.structure.defines] or broken
        if len(defining) > 1 and not frozenset.intersection(*(c.structure.defines for c in defining)):
            raise self._several()
        return defining[-1].code

    def _parts(self, candidates: list[_Candidate]) -> list[_Candidate]:
        """The last program among blocks that parse, with the blocks that it needs; none if no block defines anything.

        Raises:
            UnreadableReplyError: several could be meant.
        """
        programs = [c for c in candidates if c.structure.defines]
        if self.entry_point:
            programs = [c for c in programs if self.entry_point in c.structure.defines] or programs
        programs = [c for c in programs if not c.is_usage] or programs
        if not programs:
            return []
        last = programs[-1]
        same = [c for c in programs[:-1] if c.structure.defines & last.structure.defines]
        versions = [c for c in same if f"{c.code.strip()}\n" not in f"{last.code}\n"]
        if is_older((last.before, last.code), [(c.before, c.code) for c in versions], self.previous):
            raise self._several()  # an old program, quoted after the new one
        parts = [last]
        if not (self.entry_point and self.entry_point in last.structure.defines):
            for other in reversed(programs[:-1]):
                if other.structure.defines & _defined(parts):
                    continue
                if not any(other.depends_with(part) for part in parts):
                    raise self._several()
                parts.append(other)
        pending = list(parts)
        while pending:
            part = pending.pop()
            bound = frozenset().union(*(p.structure.binds for p in parts))
            for other in reversed(candidates):
                if other in parts or not (other.structure.binds & part.structure.needs - bound):
                    continue
                if other.structure.defines & _defined(parts):
                    raise self._several()  # the old version holds a part that the new one needs
                parts.append(other)
                pending.append(other)
                bound |= other.structure.binds
        ordered = [c for c in candidates if c in parts]
        misplaced = self.language.imports_first and any(_HEADS.search(c.code) for c in ordered[1:])
        if len(ordered) > 1 and (misplaced or not self._structure(_joined(ordered)).parses):
            raise self._several()
        return ordered

    def _unfenced(self, prose: tuple[str, ...]) -> str | None:
        """The program that stands in prose or between single backticks, or None.

        Raises:
            UnreadableReplyError: it begins there, but where it ends is unclear; or several could be meant.
        """
        segments = [part for piece in prose for part in replies.segments(piece, self.language, self._is_whole)]
        if any(not whole and self._structure(code).defines for code, whole in segments):
            raise UnreadableReplyError(
                Unreadable.DOES_NOT_PARSE,
                f"The reply held {self.language.title} code outside a code block, and where it ends is unclear.",
            )
        codes = [code for code, whole in segments if whole] or replies.inline_codes(prose)
        candidates = [_Candidate(code, self._structure(code)) for code in codes[: replies.MOST_BLOCKS]]
        parts = ProgramReader(self.language, self.entry_point)._parts([c for c in candidates if c.structure.parses])
        return _joined(parts) if parts else None

    def _nothing(self, reply: replies.ParsedReply, blocks: list[Block]) -> UnreadableReplyError:
        """Why no program was found."""
        title, others = self.language.title, (tags.OTHER | tags.SQL | {*LANGUAGES}) - {self.language.name}
        wrong = next((block.tag for block in blocks if block.tag in others), "") or self._other_language(reply, blocks)
        if wrong:
            return UnreadableReplyError(
                Unreadable.WRONG_LANGUAGE, f"The reply held {wrong} code; the program must be written in {title}."
            )
        if any(b.tag in ("diff", "patch") for b in blocks) or any(
            map(replies.is_diff, [*(b.code for b in blocks), *reply.prose])
        ):
            return _diff()
        wanted = f" that defines `{self.entry_point}`" if self.entry_point else ""
        return UnreadableReplyError(Unreadable.NO_PROGRAM, f"The reply held no {title} program{wanted}.")

    def _other_language(self, reply: replies.ParsedReply, blocks: list[Block]) -> str:
        """The language of a program that is not in the wanted one, or nothing."""
        texts = [*(block.code for block in blocks if block.tag in tags.NEUTRAL), *reply.prose]
        for text in texts[:8]:
            for other in self._others() if len(text) <= 10_000 else ():
                if any(whole for _, whole in replies.segments(text, other.language, other._defines)):
                    return other.language.title
        return ""

    def _is_foreign(self, candidate: _Candidate) -> bool:
        """Whether it is a program, but in another language."""
        return not candidate.structure.parses and any(other._defines(candidate.code) for other in self._others())

    def _others(self) -> Iterable[ProgramReader]:
        """Readers of the languages of which a grammar can tell whether a text is in them."""
        return (ProgramReader(o) for o in LANGUAGES.values() if o.name != self.language.name and o.grammar)

    def _defines(self, code: str) -> bool:
        whole = self._structure(code)
        return whole.parses and bool(whole.defines)

    def _several(self) -> UnreadableReplyError:
        return several(f"{self.language.title} program")


def structure(code: str, language: Language) -> Structure:
    """What a text is as code in a language."""
    return language.structure(code) if len(code) <= _MOST_CHARACTERS else Structure(parses=False)


def _defined(parts: Iterable[_Candidate]) -> frozenset[str]:
    return frozenset().union(*(part.structure.defines for part in parts))


def _joined(parts: Sequence[_Candidate]) -> str:
    return "\n\n".join(part.code.strip("\n").rstrip() for part in parts)


def _diff() -> UnreadableReplyError:
    return UnreadableReplyError(Unreadable.NO_PROGRAM, "The reply held a diff, not the whole program.")
