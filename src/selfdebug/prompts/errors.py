"""Errors as a model is told them: what went wrong, and the line of the program where it did, with its text.

What is of no use to a reader is left out: paths of the sandbox and of toolchains, and the types that a library of C++
adds to those of the program; addresses go as they do in values (`shown`). People are shown the errors as they came.
"""

from __future__ import annotations

import re

from selfdebug.outcome import ProgramError
from selfdebug.problem import Program
from selfdebug.prompts.filters import shown
from selfdebug.query_outcome import QueryError

_SANDBOX = ("Timeout", "Killed", "SandboxLost", "OutOfMemory")
"""Names of errors that the sandbox gives: their messages say it all."""
_LINE_CHARACTERS = 100
_CANDIDATES = 3


def as_error(error: ProgramError | QueryError, program: Program, characters: int) -> str:
    """An error, such as ``ZeroDivisionError: division by zero (line 3: `return a / b`)``.

    Args:
        error: of a program or of a query.
        program: which gave it.
        characters: how many of its message are kept; the middle of a longer one is left out.
    """
    if isinstance(error, QueryError):
        return shown(_query_message(error.message), characters)
    message = shown(_MESSAGES.get(program.language, _message)(error.message), characters)
    told = [] if error.type in _SANDBOX and message else [error.type]
    told += [message] if message else []
    return ": ".join(told) + _place(error.line, program.code)


def _place(line: int | None, code: str) -> str:
    if line is None:
        return ""
    lines = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    if not text:
        return f" (line {line})"
    text = shown(text, _LINE_CHARACTERS)
    return f" (line {line}: {text})" if "`" in text else f" (line {line}: `{text}`)"


# -- messages ------------------------------------------------------------------------------------------------------

_TOOLCHAIN = re.compile(r"(?<![\w/])/(?:scratch|rustc|usr/(?:include|lib|share|local))/(?:[\w.+@-]+/)*(?=[\w.+@-])")
_CALLING = re.compile(r"^calling .*? failed: ", re.DOTALL)


def _message(message: str) -> str:
    """Of any language."""
    return _TOOLCHAIN.sub("", _CALLING.sub("", message)).strip()


def _python_message(message: str) -> str:
    # Where a module lies that has no such name: (/usr/lib/python3.11/collections/__init__.py)
    message = re.sub(r"(cannot import name .*) \(/\S*\)$", r"\1", message)
    return _message(message).replace("<program.", "<")


def _java_message(message: str) -> str:
    message = re.sub(r" \([^()]* in (?:unnamed )?module [^()]*\)$", "", message)
    message = re.sub(r"(?<=[\w\]])@[0-9a-f]{5,8}\b|\[\w@[0-9a-f]{5,8}\b", "", message)
    return _message(re.sub(r"\bjava\.(?:lang|util|io)\.(?=[A-Z])", "", message))


def _go_message(message: str) -> str:
    return _message(message.removesuffix(" in any of:"))


_DEFAULTS = re.compile(r", (?:std::)?(?:allocator|char_traits|less|hash|equal_to|default_delete)<")


def _cpp_message(message: str) -> str:
    message = re.sub(r" \{aka [^{}]*\}", "", message.replace("‘", "'").replace("’", "'"))
    message = re.sub(r"std::__cxx11::|__gnu_cxx::", "std::", message)
    if bound := re.search(r" \[with ([^\]]*)\]", message):
        message = message.replace(bound[0], "")
        # The parameters of a template that begin with an underscore are a library's.
        for name, value in re.findall(r"(_\w+) = ([^;]*)", bound[1]):
            message = re.sub(rf"\b{name}\b", value.strip().replace("\\", r"\\"), message)
    message = re.sub(r"std::basic_string<char>", "std::string", _without_defaults(message))
    message = re.sub(r"std::basic_(\w+)<char>", r"std::\1", message)
    return _message(re.sub(r"(?<=[\w>]) >(?=[>,&*':)]|$)", ">", message))


def _without_defaults(message: str) -> str:
    """Without the arguments of templates that nobody writes, such as ``, std::allocator<int>``."""
    while found := _DEFAULTS.search(message):
        depth, end = 1, found.end()
        while depth and end < len(message):
            depth += {"<": 1, ">": -1}.get(message[end], 0)
            end += 1
        message = message[: found.start()] + message[end:]
    return message


_MESSAGES = {"python": _python_message, "java": _java_message, "go": _go_message, "cpp": _cpp_message}

_MARKED = re.compile(r"\n+LINE (\d+): (.*)\n( *)(\^+)[ \t]*")
"""A line of the query that a database quotes, with marks below the part that it means."""
_LIST = re.compile(r"\n\s*Candidate functions:((?:\n\t.*)+)")


def _query_message(message: str) -> str:
    if listed := _LIST.search(message):
        candidates = [line.strip() for line in listed[1].split("\n") if line.strip()]
        few = "; ".join(candidates[:_CANDIDATES]) + ("; …" if len(candidates) > _CANDIDATES else "")
        message = f"{message[: listed.start()]} Candidates: {few}{message[listed.end() :]}"
    if marked := _MARKED.search(message):
        start = len(marked[3]) - len(f"LINE {marked[1]}: ")
        part = marked[2][max(0, start) : start + len(marked[4])].strip()
        place = f" (at `{part}`)" if part and part not in message[: marked.start()] else ""
        message = message[: marked.start()] + place + message[marked.end() :]
    return re.sub(r"\n{2,}", "\n", _message(message))
