"""Words that no language has. They teach the network to copy names letter by letter rather than to remember them."""

from __future__ import annotations

import builtins
import keyword
import random

from selfdebug.execution.databases.names import RESERVED_WORDS


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


SHARE = 0.65
"""Of the training problems whose names are invented."""

_ONSETS = _split("""b c d f g h j k l m n p qu r s t v w y z bl br ch cl cr dr fl fr gl gr ph pl pr sc sh sk sl sm sn sp
    st str sw th tr tw wh""")
_NUCLEI = _split("a a e e i i o o u y ai ea ee ie oa oo ou")
_CODAS = ("", "", "", *_split("b ck d f g l ll m mp n n nd ng nt p r r rd rn rt s ss st t t th x"))
_ENDINGS = ("", "", "", "", *_split("er ing ed ion y le al ity ure age"))
_BEGINNINGS = _split("""ab ac ad al am an ar as at back be bi by car com con cor count de di dis do down el em en end ex
    far fin fore full get go half had hand has he her high home how if ill im in ind inter is it key kin lab let lit lo
    long low mark mat max men min mini mis mon more multi nap no non nor not num of off old on one op or out over own
    par pass per pin play port pre pro put ran rat re read ret row run sal say sea see sel semi set she sit some son sta
    step sub sun sur tab tar tele ten than that the then tin to ton top trans try two un under up us val var war was way
    we well when win with wood work yet you""")
_MIDDLES = _split("""a ad al an at bl c cl d e el em en er f g gr i ic il in it l m n o on or p r s se si st t ta te ti
    tr u un v ve""")
_ENDS = _split("""able age al als ance ances ant ants ar ard ary ate ates ation ations cle dom ed ence ences ent ents er
    erage ers ery ess est ful gory head hood ial ible ic ical ics id ide ier ies ing ings ion ions ish ism ist ity ive
    ization ize land less let ling ly man ment ments mum ness net note or ors ory ous ow port que ress ring rings ry sal
    se set ship sic side some ster te ted ter ters th tic tion tions tity tor tory ture tures ty ual ue um ure ures us
    ution value vent ward ware way wise y""")
"""Pieces of English words: a network learns to copy a token only where it has copied it, and so all of them must occur
in names, those too that are words of a language."""
COMMON = _split("""answer average best cell column count counter data digit element end even field first flag goal
    group head index item key last left length letter level limit line mark maximum minimum name number odd order
    outcome pair part place point position product program query question rate result right row sequence side
    size sort start step stop symbol table tail test text total unit value weight word""")
_LANGUAGES = _split("""auto bool char double float long map new public short std string swap this unsigned vector void
    abort action add after before begin cascade collate cross database deferred detach do each escape exclude explain
    fail filter first glob ignore immediate indexed initially instead last matched no nothing of others plan pragma
    query raise range recursive regexp reindex release replace restrict rollback savepoint temp ties vacuum view
    virtual without lock keys value match rank over row rows""")
_TAKEN = frozenset((*keyword.kwlist, *dir(builtins), *RESERVED_WORDS, *_LANGUAGES))


def invent(rng: random.Random) -> str:
    """A word of three to twelve letters that means nothing to Python, C++ or SQL; a few are common in English."""
    while True:
        word = rng.choices((_pronounceable, _like_english, _common), (0.45, 0.45, 0.1))[0](rng)
        if 3 <= len(word) <= 12 and not {word, f"{word}s"} & _TAKEN:
            return word


def _pronounceable(rng: random.Random) -> str:
    syllables = rng.choice((1, 1, 2, 2, 2, 3))
    word = "".join(rng.choice(_ONSETS) + rng.choice(_NUCLEI) + rng.choice(_CODAS) for _ in range(syllables))
    return word + rng.choice(_ENDINGS)


def _like_english(rng: random.Random) -> str:
    middle = rng.choice(_MIDDLES) if rng.random() < 0.4 else ""
    return rng.choice(_BEGINNINGS) + middle + rng.choice(_ENDS)


def _common(rng: random.Random) -> str:
    return rng.choice(COMMON)
