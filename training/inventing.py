"""Words that no language has. They teach the network to copy names letter by letter rather than to remember them."""

from __future__ import annotations

import builtins
import keyword
import random

from selfdebug.execution.databases.rendering import _RESERVED_WORDS


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


SHARE = 0.65
"""Of the training problems whose names are invented."""

_ONSETS = _split("""b c d f g h j k l m n p qu r s t v w y z bl br ch cl cr dr fl fr gl gr ph pl pr sc sh sk sl sm sn sp
    st str sw th tr tw wh""")
_NUCLEI = _split("a a e e i i o o u y ai ea ee ie oa oo ou")
_CODAS = ("", "", "", *_split("b ck d f g l ll m mp n n nd ng nt p r r rd rn rt s ss st t t th x"))
_ENDINGS = ("", "", "", "", *_split("er ing ed ion y le al ity ure age"))
_LANGUAGES = _split("""auto bool char double float long map new public short std string swap this unsigned vector void
    abort action add after before begin cascade collate cross database deferred detach do each escape exclude explain
    fail filter first glob ignore immediate indexed initially instead last matched no nothing of others plan pragma
    query raise range recursive regexp reindex release replace restrict rollback savepoint temp ties vacuum view
    virtual without lock keys value match rank over row rows""")
_TAKEN = frozenset((*keyword.kwlist, *dir(builtins), *_split(_RESERVED_WORDS), *_LANGUAGES))


def invent(rng: random.Random) -> str:
    """A pronounceable word of three to nine letters that means nothing to Python, C++ or SQL."""
    while True:
        syllables = rng.choice((1, 1, 2, 2, 2, 3))
        word = "".join(rng.choice(_ONSETS) + rng.choice(_NUCLEI) + rng.choice(_CODAS) for _ in range(syllables))
        word += rng.choice(_ENDINGS)
        if 3 <= len(word) <= 9 and not {word, f"{word}s"} & _TAKEN:
            return word
