"""Names and words for generated programs: one set for training, another that only held-out problems use.

A part of the training problems is written with invented words, so that a model learns to copy names instead of knowing
them by heart.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass

from .inventing import SHARE, invent


@dataclass(frozen=True, slots=True)
class NamePool:
    """The names that one side, training or held out, may use.

    Attributes:
        verbs, nouns: halves of function names.
        lists, numbers, texts, tables: names of parameters, by what they hold.
        limits: of a number that values are compared with.
        letters: of a parameter that holds one character.
        accumulators, counters, results, items, indexes, characters, sizes, bests: variables of translated programs.
        words: what texts and dictionaries in tests are made of.
    """

    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    lists: tuple[str, ...]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    tables: tuple[str, ...]
    limits: tuple[str, ...]
    letters: tuple[str, ...]
    accumulators: tuple[str, ...]
    counters: tuple[str, ...]
    results: tuple[str, ...]
    items: tuple[str, ...]
    indexes: tuple[str, ...]
    characters: tuple[str, ...]
    sizes: tuple[str, ...]
    bests: tuple[str, ...]
    words: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TRAINING = NamePool(
    verbs=_split("get find compute make check take pick solve give build work show read use calc do run eval"),
    nouns=_split("""items scores parts answer result info data value marks points steps list thing code rate level input
        series task case goods sales days names"""),
    lists=_split("values numbers nums data scores marks prices costs points sizes ages heights amounts temps sales"),
    numbers=_split("number n num x amount cents code year age size"),
    texts=_split("text s string line message title sentence content note"),
    tables=_split("table scores_of stock prices_of ages_of mapping counts_of weights votes pairs"),
    limits=_split("limit k bound threshold low m border minimum"),
    letters=_split("letter mark symbol sign ch"),
    accumulators=_split("total acc s amount value r sum_"),
    counters=_split("count cnt counter c number hits"),
    results=_split("result res out output found rows"),
    items=_split("value v x item num element"),
    indexes=_split("i j k index"),
    characters=_split("c ch letter char_"),
    sizes=_split("n size length len_"),
    bests=_split("best largest top high"),
    words=_split("""cat dog sun tree red map to an ice apple run noon level bee egg sea oak pie tin jam cup box bag hat
        pen ink net pot toy zoo bird fish milk wind rain salt ring book lamp door desk moon star leaf rose kiwi anna
        otto hannah papa ham eye arm leg hand foot nose a i we us go no up be"""),
)

HELD_OUT = NamePool(
    verbs=_split("derive obtain settle gather judge fetch report assess"),
    nouns=_split("tickets readings shares ledger batch figure outcome orders routes entries"),
    lists=_split("weights_in lengths readings entries figures speeds ratings samples"),
    numbers=_split("quantity serial z digits_in total_in volume"),
    texts=_split("phrase label caption source remark body"),
    tables=_split("ledger catalog rates salaries inventory"),
    limits=_split("cutoff bar t maximum_in edge"),
    letters=_split("glyph token key_in part"),
    accumulators=_split("running outcome aggregate balance"),
    counters=_split("tally times matches quantity_of"),
    results=_split("collected kept answer_of gathered"),
    items=_split("entry reading figure y"),
    indexes=_split("p q pos slot"),
    characters=_split("glyph_at sym z_char current"),
    sizes=_split("width span extent"),
    bests=_split("peak winner record"),
    words=_split("""fox owl ant mud civic kayak gold silk tea ash elm fig gum jar key lid mop nut orb paw rug van wax
        yak wolf bear corn dune echo fern gate hill iris keel lime mint opal reed at it my or bob eve deed"""),
)


def invented(rng: random.Random) -> str:
    """A name that no language has, and that is no held-out name: mostly a word, now and then a letter or two parts."""
    return _unheard(rng, rng.choices((invent, _letter, _two_parts), (0.65, 0.08, 0.27))[0])


def _unheard(rng: random.Random, draw: Callable[[random.Random], str]) -> str:
    """The first that is drawn of names that are not held out."""
    while True:
        if (name := draw(rng)) not in _HELD_OUT_NAMES:
            return name


def _letter(rng: random.Random) -> str:
    return rng.choice(string.ascii_lowercase)


def _two_parts(rng: random.Random) -> str:
    first = rng.choice((invent, invent, _letter))(rng)
    return f"{first}_{rng.choice((*_PARTS, invent(rng), invent(rng)))}"


_PARTS = _split("in of at to by for is no as or char len max min sum now x y 2 ch out")
_HELD_OUT_NAMES = frozenset(name for field in NamePool.__slots__ for name in getattr(HELD_OUT, field))


class Names:
    """Draws the names of one program, no name twice."""

    def __init__(self, rng: random.Random, held_out: bool, taken: frozenset[str] = frozenset()) -> None:
        self._rng = rng
        self._pool = HELD_OUT if held_out else TRAINING
        self._invented = not held_out and rng.random() < SHARE
        self._taken = set(taken)

    def draw(self, kind: str) -> str:
        """A new name of a kind, which is a field of `NamePool`."""
        while True:
            name = invented(self._rng) if self._invented else self._rng.choice(getattr(self._pool, kind))
            if name in self._taken:
                if self._invented or len(set(getattr(self._pool, kind)) - self._taken) > 0:
                    continue
                name = f"{name}2"
            self._taken.add(name)
            return name

    def function(self) -> str:
        """A name of a function."""
        if self._invented:
            words = [_unheard(self._rng, invent) for _ in range(self._rng.choice((1, 1, 2)))]
            return "_".join(words)
        return f"{self._rng.choice(self._pool.verbs)}_{self._rng.choice(self._pool.nouns)}"

    def word(self) -> str:
        """A word for a text of a test."""
        return self._rng.choice(self._pool.words)
