"""Asks for what a query gives, in English: each part of the query has several phrasings, drawn independently."""

from __future__ import annotations

import random

from .sql_predicates import Predicates
from .sql_queries import Aggregate, Compound, Item, Query
from .sql_worlds import Column, Kind

_ASK = ("List", "Show", "Give", "Find", "Return", "Tell me", "I need", "Get", "Please list")
_HIGHEST = ("highest", "largest", "greatest", "maximum", "biggest")
_LOWEST = ("lowest", "smallest", "least", "minimum")


def ask(query: Query | Compound, rng: random.Random) -> str:
    """A question that the query answers."""
    if isinstance(query, Compound):
        return _ask_compound(query, rng)
    asker = _Asker(query, rng)
    if query.group:
        return asker.groups()
    if query.items and isinstance(query.items[0], Aggregate):
        return asker.totals()
    return asker.superlative() if query.limit else asker.rows()


class _Asker:
    def __init__(self, query: Query, rng: random.Random) -> None:
        self.query, self.rng, self.main = query, rng, query.main
        self.tables = {table.name: table for table in [query.main, *(join.parent for join in query.joins)]}
        self.predicates = Predicates(query, rng)

    # Rows

    def rows(self) -> str:
        """Columns of the rows that meet the conditions."""
        rng, query = self.rng, self.query
        if not query.items:
            return f"{self._ask()} {rng.choice(('all columns', 'every column', 'all the data'))} of {self._all()}."
        if query.distinct:
            return self._distinct()
        if self._is_named() and rng.random() < 0.35:
            return self._named()
        items, order = self._items(), self._order()
        choice = rng.choice((0, 0, 1, 1, 2, 3, 4, 5) if not order else (0, 1, 2, 3))
        if choice == 0:
            return f"{self._ask()} {items} of {self._all()}{order}."
        if choice == 1:
            return f"What {self._is()} {items} of {self._each()}{order}?"
        if choice == 2:
            return f"For {self._each()}, {self._ask_for()} {items}{order}."
        if choice == 3:
            return f"{self._ask()} {items} for {self._all()}{order}."
        if choice == 4 and query.conditions:
            return f"I am looking for the {self._those()}: {self._ask_for()} {items} of each."
        return f"{items[0].upper()}{items[1:]} of {self._all()}."

    def _is_named(self) -> bool:
        """Whether "which" asks for the query's one column: the name of the rows, which meet some conditions."""
        items = self.query.items
        names = [column for column in self.main.columns if column.kind is Kind.NAME]
        return bool(self.query.conditions) and list(items) == names and not self.query.order

    def _named(self) -> str:
        """Asks which rows meet the conditions, and so for their names."""
        predicates, query = self.predicates, self.query
        those = f"{self.main.plural}{predicates.clause(query.conditions, query.connector)}"
        if predicates.fits_with(query.conditions):
            have = predicates.clause(query.conditions, query.connector, style="that have").removeprefix(" that")
            return f"Which {self.main.plural}{have}?"
        return self.rng.choice((f"Name the {those}.", f"Name all {those}.", f"Which are the {those}?"))

    def _distinct(self) -> str:
        rng, column = self.rng, self.query.items[0]
        assert isinstance(column, Column)
        word = rng.choice(("different", "distinct", "unique"))
        of, each = self._plural(column, word), self._plural(column, "")
        choice = rng.randrange(5)
        if choice == 0:
            return f"What are the {of} of {self._all()}?"
        if choice == 1:
            return f"{self._ask()} the {of} of {self._all()}."
        if choice == 2:
            return f"{self._ask()} the {each} of {self._all()}{rng.choice((', each once', ', without duplicates'))}."
        if choice == 3:
            return f"Which {of} {rng.choice(('occur among', 'are there among', 'do we find among'))} {self._all()}?"
        return f"{self._ask()} every {self._ref(column)} of {self._all()} {rng.choice(('once', 'without repetition'))}."

    def superlative(self) -> str:
        """The first rows in an order."""
        rng, query = self.rng, self.query
        assert isinstance(query.order, Column)
        with_most = f"with the {self._most(query.order)} {self._ref(query.order)}"
        one = query.limit == 1
        count = "" if one else f"{query.limit} "
        noun = self.main.singular if one else self.main.plural
        items = self._items()
        if query.conditions:
            head = rng.choice(("Among", "Of", "Considering only"))
            those = f"{head} the {self._those()}, "
            which = f"the one {with_most}" if one else f"the {query.limit} {with_most}"
            if rng.random() < 0.5:
                return f"{those}what {self._is()} {items} of {which}?"
            return f"{those}{self._ask_for()} {items} of {which}."
        if one and rng.random() < 0.3:
            return f"Which {noun} has the {self._most(query.order)} {self._ref(query.order)}? {self._ask()} {items}."
        if rng.random() < 0.5:
            return f"What {self._is()} {items} of the {count}{noun} {with_most}?"
        return f"{self._ask()} {items} of the {count}{noun} {with_most}."

    def _order(self) -> str:
        """How rows are to be sorted."""
        rng, order = self.rng, self.query.order
        if not isinstance(order, Column):
            return ""
        ref = self._ref(order)
        if order.kind is Kind.NAME:
            if self.query.descending:
                return rng.choice((f", in reverse alphabetical order of {ref}", f", sorted by {ref} from Z to A"))
            return rng.choice(
                (f", in alphabetical order of {ref}", f", sorted by {ref}", f", ordered by {ref} from A to Z")
            )
        return self._sorted(ref)

    def _sorted(self, what: str) -> str:
        if self.query.descending:
            ends = ("from high to low", "largest first", "in descending order", "from highest to lowest")
        else:
            ends = ("from low to high", "smallest first", "in ascending order", "from lowest to highest")
        verb = self.rng.choice(("sorted", "ordered", "sorted"))
        end = self.rng.choice(ends)
        return f", {verb} by {what}{',' if 'first' in end else ''} {end}"

    # Numbers

    def totals(self) -> str:
        """Numbers over all rows."""
        rng, query = self.rng, self.query
        first = query.items[0]
        assert isinstance(first, Aggregate)
        if len(query.items) == 1 and first.column is None:
            return self._how_many()
        if len(query.items) == 1 and first.distinct and rng.random() < 0.5:
            assert first.column is not None
            word = rng.choice(("different", "distinct"))
            return f"How many {word} {self._plural(first.column, '')} do {self._all(bare=True)} have?"
        numbers = " and ".join(f"the {self._number(item)}" for item in query.items)
        if any(isinstance(item, Aggregate) and item.column is None for item in query.items) and len(query.items) > 1:
            return f"{self._ask()} {numbers} for {self._all()}."
        return rng.choice(
            (
                f"What {self._is()} {numbers} of {self._all()}?",
                f"{self._ask()} {numbers} of {self._all()}.",
                f"{self._ask()} {numbers} among {self._all()}.",
                f"{numbers.capitalize() if numbers.islower() else numbers} of {self._all()}.",
            )
        )

    def _how_many(self) -> str:
        query, those, plural = self.query, self._those(bare=True), self.main.plural
        forms = [
            f"How many {plural} are there{self._conditions()}?",
            f"Count the {those}.",
            f"What is the number of {those}?",
            f"{self._ask()} the number of {those}.",
        ]
        if query.conditions and self.predicates.fits_with(query.conditions):
            have = self.predicates.clause(query.conditions, query.connector, style="that have")
            forms += [f"How many {plural}{have.removeprefix(' that')}?"] * 2
        return self.rng.choice(forms)

    def _number(self, item: Item) -> str:
        """An aggregate, as a noun without its article."""
        assert isinstance(item, Aggregate)
        if item.column is None:
            return f"number of {self.main.plural}"
        ref = self._ref(item.column)
        match item.function:
            case "COUNT":
                return f"number of {self.rng.choice(('different', 'distinct'))} {self._plural(item.column, '')}"
            case "SUM":
                if item.column.singular.startswith("number of"):
                    return f"total {ref}"
                return self.rng.choice((f"total {ref}", f"sum of the {self._plural(item.column, '')}"))
            case "AVG":
                return self.rng.choice((f"average {ref}", f"mean {ref}", f"average {ref}"))
        return f"{self._extreme(item.column, most=item.function == 'MAX')} {ref}"

    # Groups

    def groups(self) -> str:
        """Numbers for each group, or the groups whose numbers meet a condition or come first."""
        query = self.query
        if query.having:
            return self._having()
        if query.limit:
            return self._top()
        number = query.items[1]
        assert isinstance(number, Aggregate)
        rng = self.rng
        order = self._sorted(rng.choice(("that number", "this number"))) if query.order else ""
        # Conditions come before the groups: groups that no row is left of are not asked for.
        only = (
            f"{rng.choice(('Considering only', 'Looking only at'))} the {self._those()}, " if query.conditions else ""
        )
        ask = self._ask_for() if only else self._ask()
        number_of, each = f"the {self._number_of(number)}", rng.choice(("each", "every", "each"))
        both = f"{self._shown()} and {number_of}"
        forms = [
            f"{'for' if only else 'For'} {each} {self._group()}, {self._ask_for()} {both}{order}.",
            f"{ask} {number_of} for {each} {self._group()}, with {self._shown()}{order}.",
            f"{'per' if only else 'Per'} {self._group()}, what is {number_of}? {self._ask()} {self._shown()} too.",
        ]
        if query.group is not None and query.group.kind is Kind.KEY:
            forms.insert(0, f"{ask} {self._shown()} of {each} {self._group()} and {number_of}{order}.")
        else:
            its = number_of.replace("the ", "its ", 1) if number.column is None else number_of
            forms.insert(0, f"{ask} {each} {self._group()} and {its}{order}.")
        return only + rng.choice(forms[:3] if order else forms)

    def _group(self) -> str:
        """A group's name in the singular."""
        group = self.query.group
        assert group is not None
        if group.kind is Kind.KEY:
            return f"{group.singular} {self.rng.choice(('that has', 'with'))} {self.main.plural}"
        return self._ref(group)

    def _shown(self) -> str:
        column = self.query.items[0]
        assert isinstance(column, Column)
        group = self.query.group
        assert group is not None
        if group.kind is Kind.KEY:
            return f"{self.rng.choice(('the', 'its'))} {column.singular}"
        return f"the {self._ref(column)}"

    def _number_of(self, item: Item) -> str:
        """An aggregate over the rows of a group."""
        assert isinstance(item, Aggregate)
        group, conditions = self.query.group, self.query.conditions
        its = "its " if group is not None and group.kind is Kind.KEY and not conditions else ""
        if item.column is None:
            return f"number of {'these ' if conditions else its if self.rng.random() < 0.4 else ''}{self.main.plural}"
        return f"{self._number(item)} of {'these ' if conditions else its or 'the '}{self.main.plural}"

    def _groups(self, *, plural: bool) -> str:
        """A group's noun for questions that ask which."""
        group = self.query.group
        assert group is not None
        if group.kind is Kind.KEY:
            return group.plural if plural else group.singular
        return self._plural(group, "") if plural else self._ref(group)

    def _having(self) -> str:
        rng, query = self.rng, self.query
        assert query.having is not None
        having, entity = query.having, query.group is not None and query.group.kind is Kind.KEY
        rows = f"{self.main.plural}{self._conditions()}"
        if having.item.column is None:
            amount = self.predicates.amount(having.operator, having.value)
            noun = self.main.singular if (having.operator, having.value) in {(">", 1), ("=", 1)} else self.main.plural
            met, one_met = f"have {amount} {noun}{self._conditions()}", f"has {amount} {noun}{self._conditions()}"
        else:
            predicate = self.predicates.size(having.item.column, having.operator, having.value)
            met = one_met = f"the {self._number(having.item)} of {'their' if entity else 'the'} {rows} {predicate}"
            one_met = met.replace(" of their ", " of its ")
        plural = self._groups(plural=True)
        counted = having.item.column is None
        if len(query.items) == 1:
            names = self._shown_of(plural) if entity else f"the {plural}"
            link = "that" if counted else "for which"
            if rng.random() < 0.4 and not entity:
                return f"Which {plural} {met}?" if counted else f"For which {plural} is it true that {met}?"
            return f"{self._ask()} {names} {link} {met}."
        link = "that" if counted else "for which"
        each = f"{self._groups(plural=False)} {link} {one_met}"
        other = query.items[1]
        assert isinstance(other, Aggregate)
        these = f"number of these {self.main.plural}"
        if other.column is not None:
            these = f"{self._number(other)} of these {self.main.plural}"
        return f"For each {each}, {self._ask_for()} {self._shown()} and the {these}."

    def _shown_of(self, plural: str) -> str:
        column = self.query.items[0]
        assert isinstance(column, Column)
        return (
            f"the {column.plural} of the {plural}"
            if self.rng.random() < 0.6
            else f"the {column.singular} of all {plural}"
        )

    def _top(self) -> str:
        """The group with the most or the least of something."""
        rng, query = self.rng, self.query
        number = query.order
        assert isinstance(number, Aggregate)
        most = self._most_rows(number)
        entity = query.group is not None and query.group.kind is Kind.KEY
        name = self._groups(plural=False)
        too = rng.choice(("that number", "this number")) if len(query.items) > 1 else ""
        if not entity:
            end = f" {self._ask()} {self._shown()} and {too}." if too else ""
            start = f"Which {name} has {most}?"
            other = f"{self._ask()} the {name} with {most}{f', and {too}' if too else ''}."
            return rng.choice((start + end, other))
        shown = self._shown().replace("its ", "the ")
        if too:
            return f"{self._ask()} {shown} of the {name} {rng.choice(('with', 'that has'))} {most}, and {too}."
        return rng.choice(
            (
                f"What is {shown} of the {name} {rng.choice(('with', 'that has'))} {most}?",
                f"{self._ask()} {shown} of the {name} {rng.choice(('with', 'that has'))} {most}.",
                f"Which {name} has {most}? {self._ask()} {self._shown()}.",
            )
        )

    def _most_rows(self, number: Aggregate) -> str:
        """What the first group has, as a noun."""
        down, rows = self.query.descending, f"{self.main.plural}{self._conditions()}"
        if number.column is None:
            words = ("most", "largest number of") if down else ("fewest", "smallest number of")
            return f"the {self.rng.choice(words)} {rows}"
        extreme = self.rng.choice(("highest", "largest") if down else ("lowest", "smallest"))
        return f"the {extreme} {self._number(number)} of the {rows}"

    # Words

    def _ask(self) -> str:
        return self.rng.choice(_ASK)

    def _ask_for(self) -> str:
        """The imperative inside a sentence."""
        return self._ask().replace("I need", "report").lower()

    def _is(self) -> str:
        return "are" if len(self.query.items) > 1 else "is"

    def _most(self, column: Column) -> str:
        return self._extreme(column, most=self.query.descending)

    def _extreme(self, column: Column, *, most: bool) -> str:
        if column.kind is Kind.YEAR and self.rng.random() < 0.7:
            return self.rng.choice(("latest", "most recent") if most else ("earliest",))
        return self.rng.choice(_HIGHEST if most else _LOWEST)

    def _items(self) -> str:
        words = []
        for item in self.query.items:
            assert isinstance(item, Column)
            words.append(f"the {self._ref(item)}")
        if len(words) == 2 and self.rng.random() < 0.15:
            return f"both {words[0]} and {words[1]}"
        return " and ".join(words)

    def _ref(self, column: Column) -> str:
        return self.predicates.ref(column)

    def _plural(self, column: Column, before: str) -> str:
        """A column's plural, with an adjective before all of it."""
        words = f"{before} " if before else ""
        if self.predicates.is_other(column):
            return f"{words}{self.tables[column.table].singular} {column.plural}"
        return words + column.plural

    def _all(self, *, bare: bool = False) -> str:
        """All rows that meet the conditions."""
        the = self.rng.choice(("the ", "all ", "all the ") if not bare else ("the ",))
        return f"{the}{self._those(bare=bare)}"

    def _those(self, *, bare: bool = False) -> str:
        return f"{self.main.plural}{self._conditions()}"

    def _each(self) -> str:
        return f"{self.rng.choice(('each', 'every'))} {self.main.singular}{self._conditions(one=True)}"

    def _conditions(self, *, one: bool = False) -> str:
        return self.predicates.clause(self.query.conditions, self.query.connector, one=one)


def _ask_compound(compound: Compound, rng: random.Random) -> str:
    """What two queries have in common, together, or not in common."""
    column = compound.left.items[0]
    assert isinstance(column, Column)
    left, right = (Predicates(query, rng) for query in (compound.left, compound.right))
    one = f"{compound.left.main.plural}{left.clause(compound.left.conditions, 'AND')}"
    two = f"{compound.right.main.plural}{right.clause(compound.right.conditions, 'AND')}"
    ask, plural = rng.choice(_ASK), column.plural
    if compound.operator == "UNION":
        return rng.choice(
            (
                f"{ask} all {plural} of {one} or of {two}, each once.",
                f"Which {plural} occur among the {one} or among the {two}, or both?",
                f"{ask} the {plural} of the {one} together with those of the {two}, without duplicates.",
            )
        )
    if compound.operator == "INTERSECT":
        return rng.choice(
            (
                f"Which {plural} occur both among the {one} and among the {two}?",
                f"{ask} the {plural} that both {one} and {two} have.",
                f"{ask} the {plural} shared by {one} and {two}.",
            )
        )
    return rng.choice(
        (
            f"Which {plural} occur among the {one} but not among the {two}?",
            f"{ask} the {plural} that {one} have but no {two} have.",
            f"{ask} the {plural} of the {one}, except those of the {two}.",
        )
    )
