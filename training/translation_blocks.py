"""Composes functions to translate: a loop, what it does with each item, and what is returned."""

from __future__ import annotations

from training.translation_steps import LIST, ONE, TEXT, TWO, VECTOR, ZERO, Body, Steps, plus
from training.translation_tree import (
    Binary,
    Call,
    Copy,
    Count,
    Each,
    Empty,
    Expression,
    Function,
    If,
    Item,
    Let,
    Name,
    Number,
    Return,
    Set,
    Size,
    Statement,
    Swap,
    Ternary,
    Truth,
    While,
)


class Composer(Steps):
    """Draws one function with its parameters."""

    def function(self) -> Function:
        """The whole function."""
        loops = (self._list_loop, self._list_loop, self._text_loop, self._text_loop, self._number_loop)
        loops += (self._digit_loop, self._pair_loop, self._two_lists, self._two_ends, self._shrinking)
        loop = self.rng.choice(loops)()
        finished = self._finished()
        body = [*self._guard(), *self._before, *loop, *self._after, Return(finished)]
        return Function(self.names.function(), self._result, tuple(self.parameters), tuple(body))

    # Loops

    def _list_loop(self) -> list[Statement]:
        values = self._parameter(LIST, "lists", self._list)
        shape = self.rng.randrange(7)
        if shape < 2:
            item = Name(self.names.draw("items"))
            return [Each("int", item.name, values, self._body(item))]
        index = Name(self.names.draw("indexes"), natural=True)
        item = Item(values, index)
        size = self._size(values)
        if shape == 2:
            return [Count(index.name, ZERO, "<", size, 1, self._body(item, index))]
        if shape == 3:
            return [Count(index.name, Binary("-", size, ONE), ">=", ZERO, -1, self._body(item, index))]
        if shape == 4:
            start = self.rng.choice((ZERO, ZERO, ONE))
            return [Count(index.name, start, "<", size, self.rng.choice((2, 2, 3)), self._body(item, index))]
        if shape == 5:
            before = Item(values, Binary("-", index, ONE))
            return [Count(index.name, ONE, "<", size, 1, self._body(item, index, before))]
        self._before.append(Let("int", index.name, ZERO))
        body = (*self._body(item, index, no_leave=True), Set(index, "++"))
        return [While(Binary("<", index, size), body)]

    def _size(self, values: str) -> Expression:
        """The size of a list or text, mostly in a variable of its own."""
        if self.rng.random() < 0.5:
            return Size(values)
        name = self.names.draw("sizes")
        self._before.append(Let("int", name, Size(values)))
        return Name(name, natural=True)

    def _text_loop(self) -> list[Statement]:
        text = self._parameter(TEXT, "texts", self._text)
        if self.rng.random() < 0.5:
            char = Name(self.names.draw("characters"))
            return [Each("char", char.name, text, self._char_body(char, None, text))]
        index = Name(self.names.draw("indexes"), natural=True)
        size = self._size(text)
        item = Item(text, index)
        shape = self.rng.randrange(4)
        if shape == 0:
            return [Count(index.name, ZERO, "<", size, 1, self._char_body(item, index, text))]
        if shape == 1:
            return [Count(index.name, Binary("-", size, ONE), ">=", ZERO, -1, self._char_body(item, index, text))]
        if shape == 2:
            return [Count(index.name, ZERO, "<", size, 2, self._char_body(item, index, text))]
        before = Item(text, Binary("-", index, ONE))
        return [Count(index.name, ONE, "<", size, 1, self._char_body(item, index, text, before))]

    def _number_loop(self) -> list[Statement]:
        end = Name(self._parameter("int", "numbers", self._natural))
        index = Name(self.names.draw("indexes"), natural=True)
        shape = self.rng.randrange(4)
        body = self._body(index, index)
        if shape == 0:
            return [Count(index.name, ONE, "<=", end, 1, body)]
        if shape == 1:
            return [Count(index.name, ZERO, "<", end, 1, body)]
        if shape == 2:
            return [Count(index.name, self.rng.choice((ONE, TWO)), "<=", end, 2, body)]
        return [Count(index.name, end, self.rng.choice((">", ">=")), ONE, -1, body)]

    def _digit_loop(self) -> list[Statement]:
        positive = self.rng.random() < 0.4
        number = Name(self._parameter("int", "numbers", self._whole), natural=positive)
        digit = Name(self.names.draw("items"), natural=positive)
        base = Number(self.rng.choice((10, 10, 10, 2, 5)))
        condition = Binary(">" if positive else "!=", number, ZERO)
        body = (
            Let("int", digit.name, Binary("%", number, base)),
            *self._body(digit, no_leave=True),
            Set(number, "/=", base),
        )
        return [While(condition, body)]

    def _pair_loop(self) -> list[Statement]:
        self.parts += 1
        values = self._parameter(LIST, "lists", self._list)
        i, j = (Name(self.names.draw("indexes"), natural=True) for _ in range(2))
        size = self._size(values)
        first, second = Item(values, i), Item(values, j)
        self._small = False
        start = self.rng.choice((plus(i, ONE), ZERO))
        inner = Count(j.name, start, "<", size, 1, self._body(second, j, first))
        return [Count(i.name, ZERO, "<", size, 1, (inner,))]

    def _two_lists(self) -> list[Statement]:
        first, second = self._parameter(LIST, "lists", self._list), self._parameter(LIST, "lists", self._other_list)
        size = self.names.draw("sizes")
        self._before.append(Let("int", size, Call("min", (Size(first), Size(second)))))
        index = Name(self.names.draw("indexes"), natural=True)
        body = self._body(Item(first, index), index, Item(second, index))
        return [Count(index.name, ZERO, "<", Name(size, natural=True), 1, body)]

    def _other_list(self, number: int) -> list[int]:
        return self._list(max(3, number)) if number else []

    def _two_ends(self) -> list[Statement]:
        self.parts += 1
        rng = self.rng
        low, high = Name(self.names.draw("indexes"), natural=True), Name(self.names.draw("indexes"))
        if reverses := rng.random() < 0.4:
            values = self._parameter(VECTOR, "lists", self._list)
        else:
            values = self._parameter(LIST, "lists", self._list)
        left, right = Item(values, low), Item(values, high)
        self._before += [Copy(values)] if reverses else []
        self._before += [Let("int", low.name, ZERO), Let("int", high.name, Binary("-", Size(values), ONE))]
        if reverses:
            self._result, self._value = VECTOR, Name(values)
            action: Body = (Swap(left, right),)
            if self.difficulty > 1:
                self.parts += 1
                action = (If(Binary(rng.choice((">", "<", "!=")), left, right), action),)
        else:
            action = self._body(left, low, right, no_leave=True)
        moves = (Set(low, "++"), Set(high, "--"))
        return [While(Binary("<", low, high), (*action, *moves))]

    def _shrinking(self) -> list[Statement]:
        """A number that is made smaller in one of two ways until it is small."""
        rng = self.rng
        self._small = False
        self.parts += 1
        number = Name(
            self._parameter("int", "numbers", lambda n: (0, 1, 2)[n] if n < 3 else rng.randint(3, 99)), natural=True
        )
        k = Number(rng.randint(2, 4))
        condition = Binary(rng.choice(("==", "!=")), Binary("%", number, k), ZERO)
        ways: list[Statement] = [Set(number, "/=", k), Set(number, rng.choice(("--", "-=")), ONE)]
        if condition.operator == "!=":
            ways.reverse()
        steps = self._accumulate(number)
        choice = If(condition, (ways[0],), (ways[1],))
        body = (*steps, choice) if rng.random() < 0.5 else (choice, *steps)
        return [While(Binary(">", number, rng.choice((ZERO, ONE))), body)]

    # Begin and end

    def _guard(self) -> list[Statement]:
        if self.rng.random() > 0.25 or self._result not in ("int", "bool"):
            return []
        self.parts += 1
        kind, name = self.parameters[0]
        answers = (ZERO, ONE, Number(-1)) if self._result == "int" else (Truth(False), Truth(True))
        answer = Return(self.rng.choice(answers))
        if kind == "int":
            return [If(Binary(self.rng.choice(("<", "<=")), Name(name), self.rng.choice((ZERO, ONE, TWO))), (answer,))]
        small = Binary("<", Size(name), self.rng.choice((TWO, Number(3))))
        return [If(self.rng.choice((Empty(name), small)), (answer,))]

    def _finished(self) -> Expression:
        """What is returned: the result, or something made of it."""
        rng = self.rng
        value = self._value
        assert value is not None
        if self._result != "int" or rng.random() > 0.4:
            return value
        self.parts += 1
        k = Number(rng.randint(2, 7))
        choice = rng.randrange(6)
        if choice < 2:
            return Binary(rng.choice(("/", "%")), value, k)
        if choice == 2:
            return Binary(rng.choice(("+", "-", "*")), value, k)
        if choice == 3 and isinstance(value, Name):
            return Ternary(Binary(rng.choice((">", "<", ">=")), value, k), value, rng.choice((ZERO, k)))
        if self._after:
            return value  # a limit case returns an int
        self._result = "bool"
        if choice == 4:
            return Binary("==", Binary("%", value, TWO), ZERO)
        return Binary(rng.choice((">", "<", ">=", "<=")), value, k)
