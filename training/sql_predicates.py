"""Conditions in English: clauses that follow a noun, such as "whose price is more than 3 and that have no sale"."""

from __future__ import annotations

import random

from .sql_queries import Comparison, Condition, Membership, Query, ToAll, Value
from .sql_worlds import Column, Kind, Table

_IS = {
    "=": ("is {}", "equals {}", "is exactly {}"),
    "<>": ("is not {}", "differs from {}", "is different from {}"),
    ">": ("is more than {}", "is greater than {}", "is above {}", "exceeds {}", "is over {}", "is higher than {}"),
    "<": ("is less than {}", "is below {}", "is under {}", "is smaller than {}", "is lower than {}"),
    ">=": ("is at least {}", "is {} or more", "is not less than {}", "is greater than or equal to {}"),
    "<=": ("is at most {}", "is {} or less", "is not more than {}", "is less than or equal to {}"),
    "BETWEEN": ("is between {} and {}", "is from {} to {}", "lies between {} and {}"),
}
_YEAR_IS = {">": ("is after {}", "is later than {}"), "<": ("is before {}", "is earlier than {}")}
_WITH = {
    "=": ("of {}", "equal to {}"),
    "<>": ("other than {}", "different from {}"),
    ">": ("of more than {}", "above {}", "greater than {}", "over {}", "> {}"),
    "<": ("of less than {}", "below {}", "smaller than {}", "under {}", "< {}"),
    ">=": ("of at least {}", "of {} or more", ">= {}"),
    "<=": ("of at most {}", "of {} or less", "<= {}"),
    "BETWEEN": ("between {} and {}", "from {} to {}"),
}
_AMOUNTS = {
    ">": ("more than {}", "over {}"),
    ">=": ("at least {}", "{} or more"),
    "<": ("fewer than {}", "less than {}"),
    "<=": ("at most {}", "no more than {}"),
    "=": ("exactly {}",),
}


def a(noun: str) -> str:
    """The noun with its indefinite article."""
    return f"{'an' if noun[0] in 'aeiou' and not noun.startswith(('uni', 'use', 'eu', 'one')) else 'a'} {noun}"


class Predicates:
    """Words for the conditions of one query; a question keeps to one way of naming columns and quoting texts."""

    def __init__(self, query: Query, rng: random.Random) -> None:
        self.rng, self.main = rng, query.main
        self.tables: dict[str, Table] = {query.main.name: query.main}
        self.tables |= {join.parent.name: join.parent for join in query.joins}
        words = [column.singular for table in self.tables.values() for column in table.columns]
        self.twice = {word for word in words if words.count(word) > 1}
        self.possessive = rng.random() < 0.5
        self.quote = rng.choice(("'", "'", '"', "", ""))

    def is_other(self, column: Column) -> bool:
        """Whether a column must be named with its table: it is another table's, or another has one of that name."""
        return column.table != self.main.name or column.singular in self.twice

    def ref(self, column: Column) -> str:
        """A column's words."""
        if not self.is_other(column):
            return column.singular
        owner = self.tables[column.table].singular
        return f"{owner}'s {column.singular}" if self.possessive else f"{owner} {column.singular}"

    @staticmethod
    def fits_with(conditions: tuple[Condition, ...]) -> bool:
        """Whether the conditions can be nouns: "with a price of more than 3"."""
        return all(isinstance(one, Comparison) and not one.operator.startswith("IS") for one in conditions)

    def clause(
        self, conditions: tuple[Condition, ...], connector: str, *, one: bool = False, style: str | None = None
    ) -> str:
        """What follows the noun, with a space before it; `one`: whether the noun is in the singular."""
        if not conditions:
            return ""
        link = f" {connector.lower()} "
        simple = all(isinstance(condition, Comparison) for condition in conditions)
        fits = self.fits_with(conditions)
        weights = (5, 2.5 * fits, 1 * fits, 1.5 * simple)
        style = style or self.rng.choices(("whose", "with", "that have", "where"), weights)[0]
        if style in ("with", "that have"):
            head = "with" if style == "with" else "that has" if one else "that have"
            return f" {head} " + link.join(self._with(condition) for condition in conditions)  # type: ignore[arg-type]
        if style == "where":
            return " where " + link.join(f"the {self._is(condition)}" for condition in conditions)
        whole = [self._whose(condition, one) for condition in conditions]
        if simple and len(whole) > 1 and self.rng.random() < 0.5:
            whole = [whole[0], *(words.removeprefix("whose ") for words in whole[1:])]
        return " " + link.join(whole)

    def amount(self, operator: str, value: int) -> str:
        """A number of things."""
        return self.rng.choice(_AMOUNTS[operator]).format(value)

    def size(self, column: Column, operator: str, value: int) -> str:
        """That a number over a column is more or less than a value."""
        return self._predicate(column, operator, (value,))

    def _whose(self, condition: Condition, one: bool) -> str:
        if isinstance(condition, Membership):
            return self._that_have(condition, one)
        return f"whose {self._is(condition)}"

    def _that_have(self, condition: Membership, one: bool) -> str:
        have = "has" if one else "have"
        other = condition.other
        inner = ""
        if condition.inner:
            inside = Predicates(Query(other, ()), self.rng)
            inside.quote = self.quote
            inner = inside.clause((condition.inner,), "AND", one=True)
        if condition.negated:
            return f"that {have} {self.rng.choice(('no', 'not a single'))} {other.singular}{inner}"
        count = self.rng.choice((f"at least one {other.singular}", a(other.singular), f"some {other.singular}"))
        return f"that {have} {count}{inner}"

    def _is(self, condition: Condition) -> str:
        assert not isinstance(condition, Membership)
        ref = self.ref(condition.column)
        if isinstance(condition, ToAll):
            return f"{ref} {self._to_all(condition)}"
        return f"{ref} {self._predicate(condition.column, condition.operator, condition.values)}"

    def _to_all(self, condition: ToAll) -> str:
        column, table = condition.column, self.tables[condition.column.table]
        if condition.function == "AVG":
            side = (
                ("above", "higher than", "more than") if condition.operator == ">" else ("below", "less than", "under")
            )
            mean = self.rng.choice(("average", "average", "mean"))
            return f"is {self.rng.choice(side)} the {mean} {column.singular} of all {table.plural}"
        most = ("highest", "largest", "maximum") if condition.function == "MAX" else ("lowest", "smallest", "minimum")
        return (
            f"{self.rng.choice(('is', 'equals'))} the {self.rng.choice(most)} {column.singular} of all {table.plural}"
        )

    def _predicate(self, column: Column, operator: str, values: tuple[Value, ...]) -> str:
        rng, words = self.rng, [self._value(value) for value in values]
        match operator:
            case "LIKE":
                return self._like(values[0], ("starts with", "begins with"), ("ends with", "ends in"), "contains")
            case "IN":
                return rng.choice(("is {} or {}", "is either {} or {}", "is one of {} and {}")).format(*words)
            case "NOT IN":
                return rng.choice(("is neither {} nor {}", "is none of {} and {}")).format(*words)
            case "IS NULL":
                return rng.choice(("is missing", "is not known", "is null", "is not given"))
            case "IS NOT NULL":
                return rng.choice(("is not missing", "is known", "is not null", "is given"))
        forms = _IS[operator]
        if column.kind is Kind.YEAR and operator in _YEAR_IS and rng.random() < 0.7:
            forms = _YEAR_IS[operator]
        if isinstance(values[0], str):
            forms = ("is {}", "is {}", "equals {}") if operator == "=" else ("is not {}", "differs from {}")
        return rng.choice(forms).format(*words)

    def _with(self, condition: Comparison) -> str:
        ref, rng = self.ref(condition.column), self.rng
        noun = a(ref) if rng.random() < 0.8 else ref
        words = [self._value(value) for value in condition.values]
        match condition.operator:
            case "LIKE":
                like = self._like(condition.values[0], ("starting with",), ("ending with", "ending in"), "containing")
                return f"{noun} {like}"
            case "IN":
                return f"the {ref} {words[0]} or {words[1]}"
            case "NOT IN":
                return f"{noun} other than {words[0]} and {words[1]}"
            case "=" if isinstance(condition.values[0], str):
                return f"the {ref} {words[0]}"
        forms = _WITH[condition.operator]
        if condition.column.kind is Kind.YEAR:
            forms = {">": ("after {}", "later than {}"), "<": ("before {}", "earlier than {}")}.get(
                condition.operator, forms
            )
        return f"{noun} {rng.choice(forms).format(*words)}"

    def _like(self, pattern: Value, starts: tuple[str, ...], ends: tuple[str, ...], contains: str) -> str:
        text = str(pattern)
        value = self.quote or "'"
        value = f"{value}{text.strip('%')}{value}"
        if not text.startswith("%"):
            return f"{self.rng.choice(starts)} {value}"
        return f"{self.rng.choice(ends)} {value}" if not text.endswith("%") else f"{contains} {value}"

    def _value(self, value: Value) -> str:
        return f"{self.quote}{value}{self.quote}" if isinstance(value, str) else str(value)
