"""What a model is to write about a program of its own: explanations and judgements, in regular words.

They are made for any program that a model may write. Where a program is not the right one, the explanation ends with
what is to be changed, line by line, so that a fix can follow it.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator

from selfdebug.applications.translation import TranslationProblem
from training.lesson import Lesson
from training.plain_words import line_words

_DIFFERENCES = 3
_PAIRS = 9
"""Lines of a translation that an explanation goes through at most."""


def explain(lesson: Lesson, code: str, right: bool | None = None) -> str:
    """The reply to being asked to explain a program.

    Args:
        lesson: the problem and its right program.
        code: the program to explain, of any quality.
        right: whether it is right, if known: a program may be right and differ from the lesson's.
    """
    lines = _compared(lesson, code) if _is_translation(lesson) else _told(code)
    found = [] if right or _same(code, lesson.program.code) else differences(code, lesson.program.code)
    if found:
        return "\n".join([*lines, " ".join(found)])
    return "\n".join(
        [*lines, "They give the same." if _is_translation(lesson) else "This is what the request asks for."]
    )


def judge(lesson: Lesson, code: str, right: bool, failing: str = "") -> str:
    """The reply to being asked whether a program is right.

    Args:
        lesson: the problem and its right program.
        code: the program to judge.
        right: whether it is right.
        failing: of a wrong one, what it gives on an input and what is right, as a sentence; if known.
    """
    if right:
        return f"{_agreeing(lesson)}\nVerdict: correct"
    if not failing:
        found = differences(code, lesson.program.code)
        failing = found[0] if found else "It gives a wrong result on some input."
    return f"{failing.strip()}\nVerdict: wrong"


def failing_sentence(lesson: Lesson, call: str, expected: str, actual: str) -> str:
    """A sentence for `judge` on an input on which a program is wrong; the texts are code."""
    if _is_translation(lesson):
        return f"{call} gives {expected} in the source; the translation gives {actual}."
    return f"{call} must give {expected}; the program gives {actual}."


def differences(code: str, right: str) -> list[str]:
    """The first differences of a program from the right one, as corrections of lines."""
    ours, theirs = _lines(code), _lines(right)
    found = []
    for difference in _corrections(ours, theirs):
        found.append(difference)
        if len(found) == _DIFFERENCES:
            break
    return found


def _is_translation(lesson: Lesson) -> bool:
    return isinstance(lesson.problem, TranslationProblem)


def _same(code: str, right: str) -> bool:
    try:
        return ast.dump(ast.parse(code)) == ast.dump(ast.parse(right))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _lines(code: str) -> list[str]:
    """Lines without spaces at their ends, up to the last that is not empty."""
    return [line.rstrip().expandtabs(4) for line in code.rstrip().splitlines()]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _corrections(ours: list[str], theirs: list[str]) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, [x.strip() for x in ours], [x.strip() for x in theirs], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                if _indent(ours[i]) != _indent(theirs[j]):
                    yield f"Line {i + 1} should be indented by {_indent(theirs[j])} spaces."
            continue
        shared = min(i2 - i1, j2 - j1)
        for i, j in zip(range(i1, i1 + shared), range(j1, j1 + shared), strict=True):
            yield f"Line {i + 1} should be `{theirs[j].strip()}`{_depth(ours[i], theirs[j])}."
        for i in range(i1 + shared, i2):
            yield f"Line {i + 1} is too many."
        for j in range(j1 + shared, j2):
            before = theirs[j - 1] if j else ""
            expected = before if not before.endswith(":") else before + "    "
            depth = (
                ""
                if _indent(theirs[j]) == _indent(before) + 4 * before.endswith(":") or not expected
                else _deep(theirs[j])
            )
            yield f"After line {i1 + shared} `{theirs[j].strip()}`{depth} is missing."


def _depth(ours: str, theirs: str) -> str:
    return "" if _indent(ours) == _indent(theirs) else _deep(theirs)


def _deep(line: str) -> str:
    return f" (indented by {_indent(line)})"


def _told(code: str) -> list[str]:
    """A program's lines in words; the first says nothing that the request does not say."""
    return [f"{number}: {words}" for number, words in line_words(code).items() if number > 1 or "takes" not in words]


def _compared(lesson: Lesson, code: str) -> list[str]:
    """Lines of a translation beside those of the source, where they do not read the same."""
    ours, theirs = _lines(code), _lines(lesson.program.code)
    source = _source_lines(lesson, theirs)
    told = []
    for i, j in _aligned(ours, theirs):
        if i and _plain(source[j]) != _plain(ours[i]):
            told.append(f"{i + 1}: `{source[j]}` -> `{ours[i].strip()}`")
    return told[:_PAIRS]


def _source_lines(lesson: Lesson, theirs: list[str]) -> list[str]:
    """The source's line for each line of the right translation; a copied argument belongs to the first line."""
    assert isinstance(lesson.problem, TranslationProblem)
    lines = [line.strip().removeprefix("} ") for line in lesson.problem.source.code.splitlines()]
    kept = iter([line.removesuffix(" {") for line in lines if line not in ("}", "")])
    found: list[str] = []
    for line in theirs:
        name, _, value = line.strip().partition(" = ")
        found.append(found[0] if value == f"list({name})" else next(kept, ""))
    return found


def _aligned(ours: list[str], theirs: list[str]) -> Iterator[tuple[int, int]]:
    matcher = difflib.SequenceMatcher(None, [x.strip() for x in ours], [x.strip() for x in theirs], autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        yield from zip(range(i1, i2), range(j1, j2), strict=False)


def _plain(line: str) -> str:
    """A line without what only the grammar of its language asks for."""
    line = line.strip().rstrip(":;").replace("'", '"').replace("++", " += 1").replace("--", " -= 1")
    for word in ("int ", "std::string ", "std::vector<int> "):
        line = line.removeprefix(word)
    for word in ("if", "while"):
        if line.startswith(f"{word} (") and line.endswith(")"):
            line = f"{word} {line[len(word) + 2 : -1]}"
    return line


def _agreeing(lesson: Lesson) -> str:
    """A sentence about a limit case, which the tests have in second place."""
    test = lesson.tests[min(1, len(lesson.tests) - 1)].code.removeprefix("assert ")
    call, _, expected = test.rpartition(" is " if test.endswith(" is None") else " == ")
    return failing_sentence(lesson, call, expected, expected)
