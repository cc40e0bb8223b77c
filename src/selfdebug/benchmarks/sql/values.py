"""Plugging in values: a prediction with the gold query's values in the places of its own, in every way.

For models that predict no values. What counts as a value, and as its place, is what Spider's official `parse.py` takes
for one (`get_all_preds_for_execution`), odd cases included: texts in quotes, numbers that stand alone between spaces.
"""

import re
from itertools import product

import sqlparse
from sqlparse import tokens as kinds

from selfdebug.benchmarks.sql.texts import UnreadableTextError, tokens

MAX_ALTERNATIVES = 20_000
"""Beyond this the official evaluator does not end in any useful time."""

_PLACE = "VALUERARE"
_QUOTES = (kinds.Literal.String.Single, kinds.Literal.String.Symbol)
_FRACTION = re.compile(r"[-+]?\d*\.\d+")
_WHOLE = re.compile(r"[^tT]\d+")
_ALIASED = re.compile(r"[Tt]\d+\.")
_SPACE_AFTER_ALIAS = re.compile(r"(T\d+\.)\s")
_STARS_OF_ALIASES = ("t1.*", "t2.*", "t3.*", "T1.*", "T2.*", "T3.*")


class TooManyAlternativesError(Exception):
    """A prediction has so many places for values that not all alternatives can be tried."""


def alternatives(gold: str, predicted: str) -> tuple[str, ...]:
    """The prediction itself, then with each choice of the gold query's values; no text twice.

    Args:
        gold: prepared text of the gold query.
        predicted: prepared text of the prediction.

    Raises:
        UnreadableTextError: one of them cannot be read.
        TooManyAlternativesError: there are more than `MAX_ALTERNATIVES`.
    """
    _, values = _words_and_values(gold)
    words, _ = _words_and_values(predicted)
    places = [i for i, word in enumerate(words) if word == _PLACE.lower()]
    if len(values) ** len(places) > MAX_ALTERNATIVES:
        raise TooManyAlternativesError(f"there are {len(values)} values for each of {len(places)} places")
    texts = {predicted: None}
    for choice in product(sorted(values), repeat=len(places)):
        for place, value in zip(places, choice, strict=True):
            words[place] = value
        texts[" ".join(words)] = None
    return tuple(texts)


def _words_and_values(sql: str) -> tuple[list[str], set[str]]:
    """The words of a query in lower case, places of values marked, and its values."""
    text = _one_spaced(sql)
    quoted = [token.value for token in tokens(text) if token.ttype in _QUOTES]
    values = set(quoted)
    for value in quoted:
        text = text.replace(value.strip(), _PLACE)
    words = text.split()
    for pattern in (_FRACTION, _WHOLE):
        numbers = {number.strip() for number in pattern.findall(text)}
        values.update(word for word in words if word in numbers)
        words = [_PLACE if word in numbers else word for word in words]
        text = " ".join(words)
    # A column with its alias falls into three words.
    spaced = (word.replace(".", " . ") if _ALIASED.search(word) else word for word in words)
    return " ".join(spaced).lower().split(), values


def _one_spaced(sql: str) -> str:
    """The query with one space between all tokens, keywords in capitals."""
    sql = sql.strip().replace(";", "").replace("\t", "")
    sql = " ".join(token.value for token in tokens(sql) if token.ttype is not kinds.Whitespace)
    for star in _STARS_OF_ALIASES:
        sql = sql.replace(star, "*")
    try:
        sql = sqlparse.format(sql, reindent=False, keyword_case="upper")
    except (sqlparse.exceptions.SQLParseError, RecursionError) as error:
        raise UnreadableTextError(str(error)) from None
    return _SPACE_AFTER_ALIAS.sub(r"\1", sql)
