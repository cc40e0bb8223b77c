"""What functions to translate do with each item of their loop: conditions, and results that they collect."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from training.program_names import Names
from training.translation_tree import (
    Binary,
    Call,
    Distance,
    Expression,
    If,
    Leave,
    Let,
    Name,
    Not,
    Number,
    Part,
    Push,
    Return,
    Set,
    Shifted,
    Statement,
    Ternary,
    Text,
)

Draw = Callable[[int], Any]
LIST, TEXT = "const std::vector<int>&", "const std::string&"
VECTOR, STRING = "std::vector<int>", "std::string"
ZERO, ONE, TWO = Number(0), Number(1), Number(2)
Body = tuple[Statement, ...]


def plus(left: Expression, right: Expression) -> Binary:
    """A sum."""
    return Binary("+", left, right)


class Steps:
    """Draws what is done with each item, and declares the variables and parameters that this needs.

    Attributes:
        parameters: types and names.
        draws: how tests choose the argument of each parameter.
        parts: how many parts there are beside the first loop and its accumulator.
    """

    def __init__(self, rng: random.Random, names: Names, difficulty: int) -> None:
        self.rng = rng
        self.names = names
        self.difficulty = difficulty
        self.parameters: list[tuple[str, str]] = []
        self.draws: list[Draw] = []
        self.parts = 0
        self._before: list[Statement] = []
        self._after: list[Statement] = []
        self._result = "int"
        self._value: Expression | None = None
        self._small = True  # products stay within int
        self._negative = rng.random() < 0.5  # whether arguments may be negative

    # Parameters

    def _parameter(self, kind: str, names: str, draw: Draw) -> str:
        name = self.names.draw(names)
        self.parameters.append((kind, name))
        self.draws.append(draw)
        return name

    def _list(self, number: int) -> list[int]:
        rng = self.rng
        if number < 3:
            return ([], [rng.randint(-7 * self._negative, 9)], [3, 3, -3 if self._negative else 2])[number]
        low = rng.choice((-9, -9, 0) if self._negative else (0, 1))
        return [rng.randint(low, 12) for _ in range(rng.randint(2, 5))]

    def _text(self, number: int) -> str:
        if number < 2:
            return ("", self.names.word()[:1])[number]
        word = self.names.word()
        style = self.rng.randrange(6)
        if style == 0:
            return word.upper()
        if style == 1:
            return f"{word}{self.rng.randint(0, 9)}"
        if style == 2:
            return word.capitalize()
        return word if style < 5 else word[0] + word

    def _natural(self, number: int) -> int:
        return (0, 1, 2)[number] if number < 3 else self.rng.randint(3, 8)

    def _whole(self, number: int) -> int:
        if number < 3:
            return (0, 7, -13 if self._negative else 13)[number]
        return self.rng.choice((1, -1) if self._negative else (1,)) * self.rng.choice(
            (self.rng.randint(2, 99), self.rng.randint(100, 9999))
        )

    def _limit(self) -> Expression:
        """Something to compare with: mostly a constant, sometimes a parameter."""
        if self.rng.random() < 0.25:
            return Name(self._parameter("int", "limits", lambda n: self.rng.randint(-2, 6)))
        return Number(self.rng.randint(0, 6))

    # What is done with each item

    def _body(
        self,
        item: Expression,
        index: Name | None = None,
        other: Expression | None = None,
        no_leave: bool = False,
    ) -> Body:
        rng = self.rng
        if rng.random() < (0.5, 0.75, 0.85)[self.difficulty - 1]:
            self.parts += 1
            condition = self._condition(item, index, other)
            if not no_leave and rng.random() < 0.25:
                leave = If(condition, (Leave(rng.choice(("break", "continue"))),))
                return (leave, *self._accumulate(item, index, other))
            if rng.random() < 0.3:
                self.parts += 1
                then = self._accumulate(item, index, other)
                return (If(condition, then, self._otherwise(then, item)),)
            return (If(condition, self._accumulate(item, index, other)),)
        return self._accumulate(item, index, other)

    def _otherwise(self, then: Body, item: Expression) -> Body:
        """What is done to the same accumulator if the condition does not hold."""
        for statement in then:
            if isinstance(statement, Push):
                return (Push(statement.to, self._changed(item)),)
            if isinstance(statement, Set) and isinstance(statement.target, Name) and statement.operator != "=":
                number = self.rng.choice((item, ONE, TWO))
                return (Set(statement.target, self.rng.choice(("-=", "+=")), number),)
        return ()

    def _condition(self, item: Expression, index: Name | None, other: Expression | None) -> Expression:
        rng = self.rng
        first = self._comparison(item, index, other)
        if (self.difficulty == 3 and rng.random() < 0.5) or rng.random() < 0.1:
            self.parts += 1
            second = self._comparison(item, index, other)
            if second != first:
                return Binary(rng.choice(("&&", "||")), first, second)
        return Not(first) if rng.random() < 0.08 else first

    def _comparison(self, item: Expression, index: Name | None, other: Expression | None) -> Expression:
        rng = self.rng
        choice = rng.randrange(9)
        if other is not None and choice < 4:
            return Binary(rng.choice(("<", ">", "<=", ">=", "==", "!=")), item, other)
        if index is not None and index != item and choice == 4:
            return Binary(rng.choice(("==", "!=")), Binary("%", index, Number(rng.choice((2, 2, 3)))), ZERO)
        if choice in (5, 6):
            k = rng.choice((2, 2, 3, 4))
            rest = rng.choice((0, 0, rng.randint(1, k - 1)))
            return Binary(rng.choice(("==", "!=")), Binary("%", item, Number(k)), Number(rest))
        return Binary(rng.choice(("<", ">", "<=", ">=", "!=")), item, self._limit())

    def _changed(self, item: Expression, index: Name | None = None, other: Expression | None = None) -> Expression:
        """An int computed from an item."""
        rng = self.rng
        k = Number(rng.randint(2, 5))
        choice = rng.randrange(14)
        if other is not None and choice < 7:
            operators = ("+", "-", "*") if self._small else ("+", "-")
            if choice < 4:
                return Binary(rng.choice(operators), item, other)
            return Call(rng.choice(("max", "min")), (item, other)) if choice < 6 else item
        if choice < 4:
            return item
        self.parts += 1
        if index is not None and index != item and choice == 4:
            return Binary("*", item, index) if rng.random() < 0.5 else plus(item, index)
        if choice in (5, 6):
            return Binary(rng.choice(("+", "-", "*")), item, k)
        if choice in (7, 8, 9):
            return Binary(rng.choice(("/", "%")), item, k)
        if choice == 10:
            return Call("abs", (item,))
        if choice == 11:
            return Ternary(self._comparison(item, None, other), item, rng.choice((k, ZERO)))
        if choice == 12:
            return Call(rng.choice(("max", "min")), (item, k))
        return Binary("*", item, item)

    def _accumulate(self, item: Expression, index: Name | None = None, other: Expression | None = None) -> Body:
        """Adds an item to one or two results, which it declares and which the function returns."""
        rng = self.rng
        changed = self._changed(item, index, other)
        choice = rng.randrange(13)
        if choice < 3:
            return self._sum(Set(self._new("accumulators", Number(rng.choice((0, 0, 0, 1, 10)))), "+=", changed))
        if choice == 3:
            return self._sum(Set(self._new("accumulators", Number(rng.choice((0, 20, 100)))), "-=", changed))
        if choice == 4:
            return self._sum(Set(self._new("counters", ZERO), "++"))
        if choice == 5 and self._small:
            return self._sum(Set(self._new("accumulators", ONE), "*=", item))
        if choice in (6, 7):
            result = Name(self.names.draw("results"))
            self._before.append(Let(VECTOR, result.name))
            self._result, self._value = VECTOR, result
            return (Push(result.name, changed),)
        if choice == 8:
            best = self._new("bests", Number(rng.choice((0, -100, 100))))
            self._value = best
            return (If(Binary(rng.choice(("<", ">")), changed, best), (Set(best, "=", changed),)),)
        if choice == 9:
            best = self._new("bests", Number(rng.choice((0, -100, 100))))
            self._value = best
            return (Set(best, "=", Call(rng.choice(("max", "min")), (best, changed))),)
        if choice == 10:
            self.parts += 1
            total, count = self._new("accumulators", ZERO), self._new("counters", ZERO)
            self._value = self._of_two(total, count)
            return (Set(total, "+=", changed), Set(count, "++"))
        if choice == 11 and self._small:
            value = self._new("accumulators", Number(rng.choice((0, 1))))
            self._value = value
            return (Set(value, "=", plus(Binary("*", value, Number(rng.choice((2, 3)))), changed)),)
        last = self._new("results", rng.choice((ZERO, Number(-1))))
        self._value = last
        return (Set(last, "=", changed),)

    def _sum(self, step: Set) -> Body:
        self._value = step.target
        return (step,)

    def _new(self, names: str, start: Expression) -> Name:
        name = Name(self.names.draw(names))
        self._before.append(Let("int", name.name, start))
        return name

    def _of_two(self, total: Name, count: Name) -> Expression:
        """One result of a sum and a count."""
        rng = self.rng
        choice = rng.randrange(4)
        if choice < 2:
            self._after.append(If(Binary("==", count, ZERO), (Return(rng.choice((ZERO, Number(-1)))),)))
            return Binary(rng.choice(("/", "/", "%")), total, count)
        if choice == 2:
            return Binary(rng.choice(("-", "+", "*")), total, count)
        return Call(rng.choice(("max", "min")), (total, count))

    # Texts

    def _char_body(self, char: Expression, index: Name | None, text: str, before: Expression | None = None) -> Body:
        rng = self.rng
        steps = self._char_steps(char, index, text)
        if rng.random() < 0.3 + 0.2 * self.difficulty:
            self.parts += 1
            condition = self._char_condition(char, before)
            if self.difficulty > 1 and rng.random() < 0.3:
                self.parts += 1
                condition = Binary(rng.choice(("&&", "||")), condition, self._char_condition(char, before))
            if rng.random() < 0.2:
                return (If(condition, (Leave(rng.choice(("break", "continue"))),)), *steps)
            if rng.random() < 0.3 and isinstance(steps[0], Set) and self._result == STRING:
                self.parts += 1
                fill = rng.choice((char, Text(rng.choice("-*_x"), char=True)))
                return (If(condition, steps, (Set(steps[0].target, "+=", fill),)),)
            return (If(condition, steps),)
        return steps

    def _char_condition(self, char: Expression, before: Expression | None) -> Expression:
        rng = self.rng
        choice = rng.randrange(7)
        if before is not None and choice < 4:
            return Binary(rng.choice(("==", "!=", "<", ">")), char, before)
        if choice < 2:
            low, high = rng.choice(("09", "az", "AZ", "af", "am"))
            return Binary("&&", Binary(">=", char, Text(low, char=True)), Binary("<=", char, Text(high, char=True)))
        if choice == 2:
            return Call(rng.choice(("isdigit", "isalpha", "isupper", "islower")), (char,))
        if choice == 3:
            first, second = rng.sample("aeiou", 2)
            return Binary("||", Binary("==", char, Text(first, char=True)), Binary("==", char, Text(second, char=True)))
        return Binary(rng.choice(("==", "!=", "<", ">")), char, Text(rng.choice("aeionrst"), char=True))

    def _char_steps(self, char: Expression, index: Name | None, text: str) -> Body:
        rng = self.rng
        choice = rng.randrange(8)
        if choice < 4:
            result = Name(self.names.draw("results"))
            self._before.append(Let(STRING, result.name))
            self._result, self._value = STRING, result
            return self._text_step(result, char, index, text, choice)
        if choice == 4:
            return self._sum(Set(self._new("counters", ZERO), "++"))
        if choice == 5 and index is not None:
            last = self._new("results", Number(-1))
            self._value = last
            return (Set(last, "=", index),)
        start = rng.choice("0a")
        distance = Distance(char, start)
        if choice == 6:
            return self._sum(Set(self._new("accumulators", ZERO), "+=", distance))
        value = self._new("accumulators", ZERO)
        self._value = value
        return (Set(value, "=", plus(Binary("*", value, Number(rng.choice((2, 10)))), distance)),)

    def _text_step(self, result: Name, char: Expression, index: Name | None, text: str, choice: int) -> Body:
        rng = self.rng
        if choice == 0:
            return (Set(result, "+=", char),)
        self.parts += 1
        if choice == 1:
            return (Set(result, "=", plus(char, result)),)
        if choice == 2:
            return (Set(result, "+=", Shifted(char, rng.choice((1, 2, -1)))),)
        if index is not None and rng.random() < 0.5:
            length = rng.choice((ONE, TWO))
            start, size = rng.choice(((ZERO, index), (index, length)))
            return (Set(result, "+=", Part(text, start, size)),)
        return (Set(result, "+=", Call(rng.choice(("toupper", "tolower")), (char,))),)
