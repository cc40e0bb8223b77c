"""Writes the trees of `translation_tree` as C++ and as Python."""

from __future__ import annotations

from collections.abc import Sequence

from training.translation_tree import (
    Binary,
    Call,
    Copy,
    Count,
    Distance,
    Each,
    Empty,
    Expression,
    Function,
    If,
    Item,
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
    Size,
    Statement,
    Swap,
    Ternary,
    Text,
    Truth,
    While,
    is_exact,
    strength,
)


def to_cpp(function: Function) -> str:
    """The function in C++."""
    parameters = ", ".join(f"{kind} {name}" for kind, name in function.parameters)
    lines = [f"{function.result} {function.name}({parameters}) {{", *_indented(_cpp_block(function.body)), "}"]
    return "\n".join(lines) + "\n"


def to_python(function: Function) -> str:
    """The function in Python."""
    parameters = ", ".join(name for _, name in function.parameters)
    lines = [f"def {function.name}({parameters}):", *_indented(_python_block(function.body))]
    return "\n".join(lines) + "\n"


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _cpp_block(body: Sequence[Statement]) -> list[str]:
    return [line for statement in body for line in _cpp_lines(statement)]


def _cpp_lines(statement: Statement) -> list[str]:
    match statement:
        case Let(kind=kind, name=name, value=None):
            return [f"{kind} {name};"]
        case Let(kind=kind, name=name, value=value):
            return [f"{kind} {name} = {cpp(value)};"]
        case Set(target=target, operator="++" | "--" as operator):
            return [f"{cpp(target)}{operator};"]
        case Set(target=target, operator=operator, value=value):
            return [f"{cpp(target)} {operator} {cpp(value)};"]
        case If(condition=condition, then=then, otherwise=otherwise):
            lines = [f"if ({cpp(condition)}) {{", *_indented(_cpp_block(then))]
            if otherwise:
                lines += ["} else {", *_indented(_cpp_block(otherwise))]
            return [*lines, "}"]
        case Count(name=name, start=start, comparison=comparison, end=end, step=step, body=body):
            move = {1: f"{name}++", -1: f"{name}--"}.get(
                step, f"{name} += {step}" if step > 0 else f"{name} -= {-step}"
            )
            head = f"for (int {name} = {cpp(start)}; {name} {comparison} {cpp(end)}; {move}) {{"
            return [head, *_indented(_cpp_block(body)), "}"]
        case Each(kind=kind, name=name, of=of, body=body):
            return [f"for ({kind} {name} : {of}) {{", *_indented(_cpp_block(body)), "}"]
        case While(condition=condition, body=body):
            return [f"while ({cpp(condition)}) {{", *_indented(_cpp_block(body)), "}"]
        case Return(value=value):
            return [f"return {cpp(value)};"]
        case Leave(word=word):
            return [f"{word};"]
        case Push(to=to, value=value):
            return [f"{to}.push_back({cpp(value)});"]
        case Swap(first=first, second=second):
            return [f"std::swap({cpp(first)}, {cpp(second)});"]
        case Copy():
            return []
    raise TypeError(f"no C++ for {statement}")


def cpp(value: Expression | None) -> str:
    """An expression in C++."""
    match value:
        case Name(name=name):
            return name
        case Number(value=number):
            return str(number)
        case Truth(value=truth):
            return "true" if truth else "false"
        case Text(value=text, char=char):
            return f"'{text}'" if char else f'"{text}"'
        case Binary(operator=operator, left=left, right=right):
            return f"{_cpp_inside(left, value)} {operator} {_cpp_inside(right, value, right=True)}"
        case Not(inner=inner):
            return f"!({cpp(inner)})" if strength(inner) < 9 else f"!{cpp(inner)}"
        case Ternary(condition=condition, then=then, otherwise=otherwise):
            return f"{cpp(condition)} ? {cpp(then)} : {cpp(otherwise)}"
        case Item(of=of, index=index):
            return f"{of}[{cpp(index)}]"
        case Size(of=of):
            return f"(int){of}.size()"
        case Empty(of=of):
            return f"{of}.empty()"
        case Call(function=function, arguments=arguments):
            return f"std::{function}({', '.join(map(cpp, arguments))})"
        case Distance(char=char, start=start):
            return f"{cpp(char)} - '{start}'"
        case Shifted(char=char, by=by):
            return f"(char)({cpp(char)} {'+' if by > 0 else '-'} {abs(by)})"
        case Part(of=of, start=start, length=length):
            return f"{of}.substr({cpp(start)}, {cpp(length)})"
    raise TypeError(f"no C++ for {value}")


def _cpp_inside(inner: Expression, outer: Binary, right: bool = False) -> str:
    return f"({cpp(inner)})" if _needs_brackets(inner, outer, right) else cpp(inner)


def _needs_brackets(inner: Expression, outer: Binary, right: bool) -> bool:
    if isinstance(inner, Binary) and inner.operator == "&&" and outer.operator == "||":
        return True  # compilers warn of it otherwise
    return strength(inner) < strength(outer) or (right and strength(inner) == strength(outer))


def _python_block(body: Sequence[Statement]) -> list[str]:
    return [line for statement in body for line in _python_lines(statement)]


def _python_lines(statement: Statement) -> list[str]:
    match statement:
        case Let(kind=kind, name=name, value=None):
            return [f'{name} = ""' if kind == "std::string" else f"{name} = []"]
        case Let(name=name, value=value):
            return [f"{name} = {python(value)}"]
        case Set(target=target, operator="++" | "--" as operator):
            return [f"{python(target)} {operator[0]}= 1"]
        case Set(target=target, operator="/=", value=value):
            text = python(target)
            return [f"{text} = int({text} / {python(value)})" if is_exact(statement) else f"{text} //= {python(value)}"]
        case Set(target=target, operator="%=", value=value):
            text = python(target)
            return [
                f"{text} -= {python(value)} * int({text} / {python(value)})"
                if is_exact(statement)
                else f"{text} %= {python(value)}"
            ]
        case Set(target=target, operator=operator, value=value):
            return [f"{python(target)} {operator} {python(value)}"]
        case If(condition=condition, then=then, otherwise=otherwise):
            lines = [f"if {python(condition)}:", *_indented(_python_block(then))]
            return [*lines, "else:", *_indented(_python_block(otherwise))] if otherwise else lines
        case Count(body=body):
            return [_range(statement), *_indented(_python_block(body))]
        case Each(name=name, of=of, body=body):
            return [f"for {name} in {of}:", *_indented(_python_block(body))]
        case While(condition=condition, body=body):
            return [f"while {python(condition)}:", *_indented(_python_block(body))]
        case Return(value=value):
            return [f"return {python(value)}"]
        case Leave(word=word):
            return [word]
        case Push(to=to, value=value):
            return [f"{to}.append({python(value)})"]
        case Swap(first=first, second=second):
            return [f"{python(first)}, {python(second)} = {python(second)}, {python(first)}"]
        case Copy(name=name):
            return [f"{name} = list({name})"]
    raise TypeError(f"no Python for {statement}")


def _range(loop: Count) -> str:
    """A counting loop's first line: where C++ includes the end, Python's end is one further."""
    end = python(loop.end)
    further = {"<": 0, "<=": 1, ">": 0, ">=": -1}[loop.comparison]
    if isinstance(loop.end, Number):
        end = str(loop.end.value + further)
    elif further:
        end = f"{end} {'+' if further > 0 else '-'} 1"
    arguments = [python(loop.start), end]
    if loop.step != 1:
        arguments.append(str(loop.step))
    elif arguments[0] == "0":
        del arguments[0]
    return f"for {loop.name} in range({', '.join(arguments)}):"


_WORDS = {"&&": "and", "||": "or"}


def python(value: Expression | None) -> str:
    """An expression in Python that means what it means in C++."""
    match value:
        case Name(name=name):
            return name
        case Number(value=number):
            return str(number)
        case Truth(value=truth):
            return str(truth)
        case Text(value=text):
            return f'"{text}"'
        case Binary(operator="/", left=left, right=right) if is_exact(value):
            return f"int({_inside(left, value)} / {_inside(right, value, right=True)})"
        case Binary(operator="/", left=left, right=right):
            return f"{_inside(left, value)} // {_inside(right, value, right=True)}"
        case Binary(
            operator="==" | "!=" as operator, left=Binary(operator="%", left=left, right=right), right=Number(value=0)
        ):
            whole = Binary("%", left, right)
            return f"{_inside(left, whole)} % {_inside(right, whole, right=True)} {operator} 0"
        case Binary(operator="%", left=left, right=right) if is_exact(value):
            whole = Binary("/", left, right)
            return f"{_inside(left, Binary('-', left, right))} - {_inside(right, whole)} * {python(whole)}"
        case Binary(operator=operator, left=left, right=right):
            word = _WORDS.get(operator, operator)
            return f"{_inside(left, value)} {word} {_inside(right, value, right=True)}"
        case Not(inner=inner):
            return f"not ({python(inner)})" if strength(inner) < 9 else f"not {python(inner)}"
        case Ternary(condition=condition, then=then, otherwise=otherwise):
            return f"{python(then)} if {python(condition)} else {python(otherwise)}"
        case Item(of=of, index=index):
            return f"{of}[{python(index)}]"
        case Size(of=of):
            return f"len({of})"
        case Empty(of=of):
            return f"len({of}) == 0"
        case Call(function="max" | "min" | "abs" as function, arguments=arguments):
            return f"{function}({', '.join(map(python, arguments))})"
        case Call(function=function, arguments=(argument,)):
            method = {"toupper": "upper", "tolower": "lower"}.get(function, function)
            return f"{python(argument)}.{method}()"
        case Distance(char=char, start=start):
            return f'ord({python(char)}) - ord("{start}")'
        case Shifted(char=char, by=by):
            return f"chr(ord({python(char)}) {'+' if by > 0 else '-'} {abs(by)})"
        case Part(of=of, start=start, length=length):
            return f"{of}[{python(start)}:{_sum(start, length)}]"
    raise TypeError(f"no Python for {value}")


def _sum(start: Expression, length: Expression) -> str:
    if isinstance(start, Number) and start.value == 0:
        return python(length)
    return python(Binary("+", start, length))


def _inside(inner: Expression, outer: Binary, right: bool = False) -> str:
    """An operand, in brackets where its Python text binds less tightly than the operator around it."""
    signed_rest = isinstance(inner, Binary) and inner.operator == "%" and is_exact(inner)
    loose = 5 if signed_rest else strength(inner)
    needed = loose < strength(outer) or (right and loose == strength(outer)) or _needs_brackets(inner, outer, right)
    if isinstance(inner, Binary) and inner.operator == "/" and is_exact(inner):
        needed = False  # it is a call of `int`
    return f"({python(inner)})" if needed else python(inner)
