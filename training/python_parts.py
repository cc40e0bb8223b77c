"""The parts that text-to-Python problems are composed of, each as code and as words.

Half of the time, where there is a choice, words leave open which of two things is meant, as requests by people do
("are high (limit 4)": is 4 itself?). The part then says what else it could mean, in its `others`, and the test that is
shown with the problem decides.

A problem goes through the items of a **source**, may keep only those for which a **condition** holds, may take another
value of each by a **mapping**, makes one result of them by an **aggregation** and may change it by a **finish**.
Sources are in `python_sources`, aggregations and finishes in `python_results`.
"""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass, field

from training.program_names import Names
from training.python_sources import Draw, Parameter, Source, is_vague, small


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on an item: code, what it says of many and of one, and how a clause with it begins.

    `others` is code that the same words could mean too.
    """

    code: str
    plural: str
    singular: str
    prefix: str = "that"
    parameters: tuple[Parameter, ...] = ()
    compound: bool = False
    others: tuple[str, ...] = ()

    def clause(self, many: bool) -> str:
        """The condition as a relative clause."""
        return f"{self.prefix} {self.plural if many else self.singular}"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A value that is taken of each item.

    Attributes:
        code: an expression.
        kind: of its value: ``int`` or ``text``.
        verb: "doubles each of them"; empty if the item itself is taken.
        theirs: "their doubles".
        its: "its double".
    """

    code: str
    kind: str
    verb: str
    theirs: str
    its: str
    parameters: tuple[Parameter, ...] = field(default=())


def _letter(names: Names) -> Draw:
    return lambda rng, number: rng.choice(rng.choice(("aeonlt", names.word())))


def condition(rng: random.Random, names: Names, items: Source, count: int = 1) -> Condition:
    """Draws a condition on the items of a source, of one or two simple ones."""
    first = _simple(rng, names, items)
    if count == 1:
        return first
    while (second := _simple(rng, names, items)).code == first.code or (first.parameters and second.parameters):
        pass
    word = rng.choice(("and", "or"))
    link = f" {word} {first.prefix} "
    meant, *others = (
        f"{one} {word} {two}" for one in (first.code, *first.others) for two in (second.code, *second.others)
    )
    return Condition(
        meant,
        f"{first.plural}{link}{second.plural}",
        f"{first.singular}{link}{second.singular}",
        first.prefix,
        first.parameters + second.parameters,
        compound=True,
        others=tuple(others),
    )


def _simple(rng: random.Random, names: Names, items: Source) -> Condition:
    if items.kind == "int":
        return number_condition(rng, names, items.variables[0])
    if items.kind in ("char", "word"):
        table = _char_conditions if items.kind == "char" else _word_conditions
        code, plural, singular, parameters, *others = table(rng, names, items.variables[0])
        return Condition(code, plural, singular, "that", parameters, others=tuple(others))
    if items.kind == "entry":
        if rng.random() < 0.6:
            inner = number_condition(rng, names, "value")
            return _of_part(inner, "value", "whose")
        code, plural, singular, parameters, *others = _word_conditions(rng, names, "key")
        inner = Condition(code, plural, singular, parameters=parameters, others=tuple(others))
        return _of_part(inner, "key", "whose")
    return _pair_condition(rng, names, items.variables)


def _of_part(inner: Condition, part: str, prefix: str) -> Condition:
    """A condition on a part of an item, such as the key of an entry."""
    words = f"{part} {inner.singular}"
    return dataclasses.replace(inner, plural=words, singular=words, prefix=prefix)


def number_condition(rng: random.Random, names: Names, x: str) -> Condition:
    """A condition on a number."""
    choice = rng.randrange(11)
    k = rng.randint(2, 6)
    if choice < 2:
        code, words = rng.choice(
            ((f"{x} % 2 == 0", ("even", "divisible by 2")), (f"{x} % 2 != 0", ("odd", "not even")))
        )
        return _being(code, rng.choice(words))
    if choice == 2:
        k = rng.randint(3, 5)
        return _being(f"{x} % {k} == 0", rng.choice((f"divisible by {k}", f"a multiple of {k}")))
    if choice == 3:
        k = rng.randint(3, 5)
        return _being(f"{x} % {k} != 0", rng.choice((f"not divisible by {k}", f"no multiple of {k}")))
    if choice == 4:
        low, high = rng.randint(0, 2), rng.randint(5, 8)
        closed, open_ = f"{low} <= {x} <= {high}", f"{low} < {x} < {high}"
        if is_vague(rng):
            return _being(*_either(rng, closed, open_, f"between {low} and {high}"))
        return _being(closed, f"between {low} and {high} (both included)")
    if choice == 5 and x not in ("digit", "i"):
        return _being(f"{x} > 0", "positive") if rng.random() < 0.5 else _being(f"{x} < 0", "negative")
    parameters = ()
    limit = str(k)
    if rng.random() < 0.35:
        limit = names.draw("limits")
        parameters = (Parameter(limit, small),)
    code, words, *others = _order(rng, x, limit)
    return _being(code, words, *others, parameters=parameters)


_ORDERS = {
    ">": ("greater than {}", "more than {}", "above {}", "larger than {}"),
    ">=": ("at least {}", "{} or more", "not less than {}", "greater than or equal to {}"),
    "<": ("less than {}", "below {}", "smaller than {}"),
    "<=": ("at most {}", "{} or less", "not greater than {}", "less than or equal to {}"),
    "!=": ("not equal to {}", "different from {}"),
}
_VAGUE_ORDERS = {
    ">": ("high (limit {})", "on the high side of {}"),
    "<": ("low (limit {})", "on the low side of {}"),
}


def _either(rng: random.Random, one: str, two: str, words: str) -> tuple[str, str, str]:
    """What is meant by words that could mean either, the words, and what else they could mean."""
    code, other = rng.sample((one, two), 2)
    return code, words, other


def _order(rng: random.Random, x: str, limit: str) -> tuple[str, ...]:
    """A comparison with a limit: code, words, and what else they could mean, if anything."""
    operator = rng.choice(tuple(_ORDERS))
    if operator != "!=" and is_vague(rng):
        words = rng.choice(_VAGUE_ORDERS[operator[0]]).format(limit)
        return _either(rng, f"{x} {operator[0]} {limit}", f"{x} {operator[0]}= {limit}", words)
    return f"{x} {operator} {limit}", rng.choice(_ORDERS[operator]).format(limit)


def _being(code: str, words: str, *others: str, parameters: tuple[Parameter, ...] = ()) -> Condition:
    many = words.replace("a multiple", "multiples").replace("no multiple", "no multiples")
    return Condition(code, f"are {many}", f"is {words}", "that", parameters, others=others)


Told = tuple[str, str, str, tuple[Parameter, ...]] | tuple[str, str, str, tuple[Parameter, ...], str]
"""Code, what it says of many and of one, parameters, and what else these words could mean."""


def _char_conditions(rng: random.Random, names: Names, x: str) -> Told:
    choice = rng.randrange(8)
    if choice == 0:
        if is_vague(rng):
            code, words, other = _either(rng, f'{x} in "aeiou"', f'{x}.lower() in "aeiou"', "are vowels")
            return code, words, "is a vowel", (), other
        return f'{x} in "aeiou"', "are vowels (one of aeiou)", "is a vowel (one of aeiou)", ()
    if choice == 1:
        return f'{x} not in "aeiou"', "are none of aeiou", "is none of aeiou", ()
    if choice == 2:
        return f"{x}.isdigit()", "are digits", "is a digit", ()
    if choice == 3:
        return f"{x}.isupper()", "are upper-case letters", "is an upper-case letter", ()
    if choice == 4:
        return f"{x}.islower()", "are lower-case letters", "is a lower-case letter", ()
    if choice == 5:
        return f'{x} != " "', "are not spaces", "is not a space", ()
    letter = names.draw("letters")
    parameters = (Parameter(letter, _letter(names)),)
    if choice == 6:
        return f"{x} != {letter}", f"are not equal to {letter}", f"is not equal to {letter}", parameters
    return f"{x} == {letter}", f"are equal to {letter}", f"is equal to {letter}", parameters


def _word_conditions(rng: random.Random, names: Names, x: str) -> Told:
    choice = rng.randrange(8)
    k = rng.randint(2, 3)
    if choice < 2 and is_vague(rng):
        size, sign = (("long", ">"), ("short", "<"))[choice]
        code, words, other = _either(rng, f"len({x}) {sign} {k}", f"len({x}) {sign}= {k}", f"{size} (limit {k})")
        return code, f"are {words}", f"is {words}", (), other
    if choice == 0:
        return f"len({x}) > {k}", f"have more than {k} characters", f"has more than {k} characters", ()
    if choice == 1:
        return f"len({x}) <= {k}", f"have at most {k} characters", f"has at most {k} characters", ()
    if choice == 2:
        return f"len({x}) % 2 == 0", "have an even length", "has an even length", ()
    if choice == 3:
        return f"{x} == {x}[::-1]", "read the same backwards", "reads the same backwards", ()
    if choice == 4:
        return f"{x}[0] == {x}[-1]", "begin and end with the same letter", "begins and ends with the same letter", ()
    letter = names.draw("letters")
    parameters = (Parameter(letter, _letter(names)),)
    if choice == 5:
        return f"{x}.startswith({letter})", f"start with {letter}", f"starts with {letter}", parameters
    if choice == 6:
        return f"{letter} in {x}", f"contain {letter}", f"contains {letter}", parameters
    return f"{letter} not in {x}", f"do not contain {letter}", f"does not contain {letter}", parameters


def _pair_condition(rng: random.Random, names: Names, variables: tuple[str, ...]) -> Condition:
    a, b = variables
    choice = rng.randrange(6)
    if choice < 2:
        code, words, *others = _order(rng, a, b)
        return _of_part(_being(code, words, *others), a, "where")
    if choice == 2:
        return Condition(f"({a} + {b}) % 2 == 0", f"{a} + {b} is even", f"{a} + {b} is even", "where")
    x = rng.choice((a, b))
    return _of_part(number_condition(rng, names, x), x, "where")


def identity(items: Source) -> Mapping:
    """Takes the items as they are. Entries and pairs cannot be."""
    x = items.variables[0]
    kind = "int" if items.kind == "int" else "text"
    return Mapping(x, kind, "", "them", "")


def mapping(rng: random.Random, items: Source) -> Mapping:
    """Draws a mapping of the items of a source."""
    if items.kind == "int":
        return _number_mapping(rng, items.variables[0])
    if items.kind == "char":
        return _row(rng, items.variables[0], _CHAR_MAPPINGS)
    if items.kind == "word":
        return _row(rng, items.variables[0], _WORD_MAPPINGS)
    if items.kind == "entry":
        return _row(rng, "key", _ENTRY_MAPPINGS)
    a, b = items.variables
    code, words = rng.choice(_PAIR_MAPPINGS)
    code = code.format(a=a, b=b)
    verb = f"{rng.choice(('computes', 'takes'))} {code} for each of them"
    if code in (a, b):
        verb = f"takes {code} of each of them"
    return Mapping(code, "int", verb, f"their {words} {code}", code)


def _number_mapping(rng: random.Random, x: str) -> Mapping:
    k = rng.randint(2, 6)
    rows = (
        (f"{x} * 2", ("doubles each of them",), "their doubles", ("its double", "twice the number")),
        (f"{x} * {x}", ("squares each of them",), "their squares", ("its square",)),
        (f"{x} + {k}", (f"adds {k} to each of them",), f"their values plus {k}", (f"the number plus {k}",)),
        (f"{x} - {k}", (f"subtracts {k} from each of them",), f"their values minus {k}", (f"the number minus {k}",)),
        (f"{x} * {k}", (f"multiplies each of them by {k}",), f"their {k}-folds", (f"{k} times the number",)),
        (
            f"{x} % {k}",
            (f"takes each of them modulo {k}",),
            f"their remainders modulo {k}",
            (f"its remainder modulo {k}",),
        ),
        (f"abs({x})", ("takes their absolute values",), "their absolute values", ("its absolute value",)),
        (
            f"{x} // 2",
            ("halves each of them, rounding down",),
            "their halves, rounded down,",
            ("half of it, rounded down",),
        ),
        (
            f"max({x}, {k})",
            (f"raises those below {k} to {k}",),
            f"their values, but at least {k},",
            (f"the larger of it and {k}",),
        ),
        (
            f"min({x}, {k})",
            (f"cuts those above {k} down to {k}",),
            f"their values, but at most {k},",
            (f"the smaller of it and {k}",),
        ),
    )
    if x in ("digit", "i"):
        rows = rows[:6] + rows[7:]
    code, verbs, theirs, its = rng.choice(rows)
    return Mapping(code, "int", rng.choice(verbs), theirs, rng.choice(its))


Row = tuple[str, str, str, str, str]


def _row(rng: random.Random, x: str, rows: tuple[Row, ...]) -> Mapping:
    code, kind, verb, theirs, its = rng.choice(rows)
    return Mapping(code.format(x=x), kind, verb, theirs, its)


_CHAR_MAPPINGS: tuple[Row, ...] = (
    ("{x}.upper()", "text", "turns each of them to upper case", "their upper-case forms", "its upper-case form"),
    ("{x}.lower()", "text", "turns each of them to lower case", "their lower-case forms", "its lower-case form"),
    (
        "{x}.swapcase()",
        "text",
        "swaps the case of each of them",
        "their forms in the other case",
        "it in the other case",
    ),
    ("{x} * 2", "text", "doubles each of them", "their doubles", "it twice"),
    ('{x} + "-"', "text", "puts a hyphen after each of them", "their forms with a hyphen after", "it and a hyphen"),
)

_WORD_MAPPINGS: tuple[Row, ...] = (
    ("len({x})", "int", "takes the length of each of them", "their lengths", "its length"),
    ("len({x})", "int", "takes the number of characters of each", "their lengths", "its number of characters"),
    (
        '{x}.count("a")',
        "int",
        "counts the letter a in each of them",
        "their counts of the letter a",
        "how often a is in it",
    ),
    ("{x}.upper()", "text", "turns each of them to upper case", "their upper-case forms", "it in upper case"),
    ("{x}.capitalize()", "text", "capitalizes each of them", "their capitalized forms", "its capitalized form"),
    ("{x}[::-1]", "text", "reverses each of them", "their reversed forms", "it backwards"),
    ("{x}[0]", "text", "takes the first letter of each of them", "their first letters", "its first letter"),
    ("{x}[-1]", "text", "takes the last letter of each of them", "their last letters", "its last letter"),
    (
        "{x}[1:]",
        "text",
        "drops the first letter of each of them",
        "their rests without the first letter",
        "it without its first letter",
    ),
)

_ENTRY_MAPPINGS: tuple[Row, ...] = (
    ("value", "int", "takes their values", "their values", "its value"),
    ("value", "int", "takes the value of each", "their values", "its value"),
    ("value * 2", "int", "doubles their values", "their doubled values", "its value times 2"),
    ("{x}", "text", "takes their keys", "their keys", "its key"),
    ("{x}", "text", "takes the key of each", "their keys", "its key"),
    ("{x}.upper()", "text", "takes their keys in upper case", "their upper-case keys", "its key in upper case"),
    ("len({x})", "int", "takes the lengths of their keys", "the lengths of their keys", "the length of its key"),
    (
        "len({x}) * value",
        "int",
        "multiplies the length of each key by its value",
        "their products of key length and value",
        "the length of its key times its value",
    ),
)

_PAIR_MAPPINGS = (
    ("{a} + {b}", "sums"),
    ("{a} * {b}", "products"),
    ("{b} - {a}", "differences"),
    ("{a} - {b}", "differences"),
    ("max({a}, {b})", "larger numbers"),
    ("min({a}, {b})", "smaller numbers"),
    ("abs({a} - {b})", "distances"),
    ("{a}", "first numbers"),
    ("{b}", "second numbers"),
)
