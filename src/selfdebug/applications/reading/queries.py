"""What a text is as SQL, and the one query in a reply. sqlglot takes long to import: only what reads SQL imports it."""

from __future__ import annotations

import logging
import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from selfdebug.applications.reading import replies, tags
from selfdebug.applications.reading.fences import Block
from selfdebug.applications.reading.unreadable import Unreadable, UnreadableReplyError, several
from selfdebug.applications.reading.versions import is_older
from selfdebug.languages import LANGUAGES

# It warns on stderr whenever it meets a statement that it does not model.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_MOST_CHARACTERS = 10_000
# sqlglot goes down into what is never closed until Python's stack is full.
_MOST_OPEN = 50

_WORDS = "select|with|values|from|table|insert|replace|update|delete|merge|create|drop|alter|truncate|pragma|explain"
_WORDS += "|describe|show|set|use|begin|commit|rollback|attach|detach|vacuum|copy|call|grant|revoke|analyze|lock"
_STATEMENT = re.compile(rf"[\s(]*(?P<word>{_WORDS})\b(?!\s*[:.])", re.IGNORECASE)
_QUERY = re.compile(r"[\s(]*(?P<word>select|with|values)\b(?!\s*[:.])", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\s*(?:[),]|(?P<word>where|group|order|having|limit|offset|union|intersect|except|"
    r"(?:left |right |full |inner |outer |cross |natural )*join|on|and|or|from|window)\b)", re.IGNORECASE,
)  # fmt: skip
_LABEL = re.compile(
    r"[ \t>*_#`-]{0,20}(?:[^:\n`]{0,60}:)?[ \t*_`]{0,20}(?=\({0,20}[ \t]{0,20}(?:select|with|values)\b)", re.IGNORECASE
)
_LABELLED = re.compile(r"[ \t*_#>]{0,9}[A-Za-z][\w ]{0,30}[*_]{0,2}:(?![:=])")
"""What stands after a query, as in "SQLResult: 3"."""
# A string, quoted name or comment that is never closed goes on to the end, which also keeps the scan linear.
_TOKENS = r"'[^']*(?:'|\Z)|\"[^\"]*(?:\"|\Z)|`[^`]*(?:`|\Z)|\$\$(?s:.*?)(?:\$\$|\Z)|--[^\n]*|/\*(?s:.*?)(?:\*/|\Z)|;"
_PLAIN = re.compile(_TOKENS)
_BACKSLASHES = re.compile(
    _TOKENS.replace(r"'[^']*(?:'|\Z)", r"'(?:[^'\\]|\\[\s\S])*(?:'|\\?\Z)", 1)
    .replace(r"\"[^\"]*(?:\"|\Z)", r"\"(?:[^\"\\]|\\[\s\S])*(?:\"|\\?\Z)", 1) + r"|\#[^\n]*"
)  # fmt: skip
_MOST_ATTEMPTS = 8


def is_query(code: str, dialect: str) -> bool:
    """Whether the text is exactly one query (SELECT, VALUES, WITH, a set operation) in the dialect."""
    return isinstance(statement(code, dialect), exp.Query | exp.Values)


def statement(code: str, dialect: str) -> exp.Expr | None:
    """The only SQL statement of the text, or None."""
    if len(code) > _MOST_CHARACTERS or code.count("(") - code.count(")") > _MOST_OPEN:
        return None
    try:
        trees = [tree for tree in sqlglot.parse(code, read=dialect) if tree is not None]
    except (SqlglotError, RecursionError, ValueError):
        return None
    trees = [tree for tree in trees if not isinstance(tree, exp.Semicolon)]
    return trees[0] if len(trees) == 1 and not isinstance(trees[0], exp.Command) else None


def find_query(text: str, dialect: str, previous: str = "") -> str:
    """The one SQL query of a cleaned reply, without its semicolon; `previous` is the one that it should replace.

    Raises:
        UnreadableReplyError: there is none, or more than one.
    """
    opened = replies.with_opening(text, "sql", _QUERY.match)
    reply = replies.split(opened, _always)
    if len(reply.blocks) > replies.MOST_BLOCKS:
        raise several("SQL query")
    blocks = replies.unwrapped(reply.blocks, _always)
    query = _fenced(blocks, dialect, previous) or _unfenced(reply.prose, dialect)
    if query is not None:
        return query
    wrong = next((block.tag for block in blocks if block.tag in tags.OTHER | {*LANGUAGES}), "")
    if wrong:
        raise UnreadableReplyError(Unreadable.WRONG_LANGUAGE, f"The reply held {wrong} code.")
    raise UnreadableReplyError(Unreadable.NO_PROGRAM, "The reply held no SQL query.")


def _always(tag: str, code: str) -> bool:
    """Where a block ends is seen by its fences alone: SQL has none inside."""
    return True


def _fenced(blocks: list[Block], dialect: str, previous: str) -> str | None:
    """The query among fenced blocks: the last one that the dialect can parse, or else the only one."""
    readings: list[tuple[Block, list[str]]] = []
    for block in blocks:
        if tags.is_sql(block.tag) or block.tag in tags.NEUTRAL | {"query"}:
            code = block.code if block.closed else replies.until_echo(block.code) or block.code
            # Prose may follow a statement after an empty line, or beginning with a sentence.
            parts = _statements(code, dialect)
            statements = [s if is_query(s, dialect) else _first_query(s, dialect) or s for s in parts]
            if statements:
                readings.append((block, statements))
    if any(not block.closed and not is_query(statements[-1], dialect) for block, statements in readings):
        raise UnreadableReplyError(Unreadable.CUT_OFF, "The reply ended before the code block was closed.")
    whole = [reading for reading in readings if any(is_query(statement, dialect) for statement in reading[1])]
    queries = [statements for _, statements in whole]
    versions = [(block.before, block.code) for block, statements in whole if statements != queries[-1]]
    if versions and is_older((whole[-1][0].before, whole[-1][0].code), versions, previous):
        raise several("SQL query")  # an old query, quoted after the new one
    if not queries and len({statements[0] for _, statements in readings}) > 1:
        raise several("SQL query")
    if not readings:
        return None
    statements = queries[-1] if queries else readings[-1][1]
    if len(statements) > 1:
        raise several("SQL query")
    return statements[0]


def _statements(text: str, dialect: str) -> list[str]:
    """The SQL statements of a text, comments and explanations after a semicolon left out."""
    statements: list[str] = []
    for part, bare in _parts(text, dialect):
        match = _STATEMENT.match(bare)
        if match is None:
            if statements or not bare.strip():
                continue
            if _LABEL.match(bare) is None:
                return []  # it does not begin like SQL
            if (label := _LABEL.match(part)) is not None:
                statements.append(part[label.end() :].strip())
            continue
        if statements and _is_capitalised(match["word"]) and not is_query(part, dialect):
            continue
        statements.append(part.strip())
    return statements


def _parts(text: str, dialect: str) -> list[tuple[str, str]]:
    """What stands between semicolons, as it is and without comments."""
    parts: list[tuple[str, str]] = []
    start = position = 0
    bare: list[str] = []
    for token in (_BACKSLASHES if dialect == "mysql" else _PLAIN).finditer(text):
        bare.append(text[position : token.start()])
        position = token.end()
        if token[0] == ";":
            parts.append((text[start : token.start()], "".join(bare)))
            start, bare = position, []
        elif not token[0].startswith(("--", "/*", "#")):
            bare.append(token[0])
    parts.append((text[start:], "".join(bare) + text[position:]))
    return parts


def _is_capitalised(word: str) -> bool:
    return word[:1].isupper() and not word.isupper()


def _first_query(statement: str, dialect: str) -> str | None:
    """The shortest beginning of the text that is a query, up to an empty line, a sentence or the end."""
    lines = statement.split("\n")
    ends = [
        number for number, line in enumerate(lines)
        if number and (not line.strip() or replies.is_sentence(line.strip()) or _LABELLED.match(line))
    ]  # fmt: skip
    for end in [*ends[:_MOST_ATTEMPTS], len(lines)]:
        rest = next((line for line in lines[end:] if line.strip()), "")
        clause = _CLAUSE.match(rest)
        if clause is not None and not _is_capitalised(clause["word"] or ""):
            continue
        candidate = "\n".join(lines[:end]).strip()
        if is_query(candidate, dialect):
            return candidate
    return None


def _unfenced(prose: tuple[str, ...], dialect: str) -> str | None:
    """The query that stands in prose, or between single backticks."""
    queries: list[str] = []
    doubtful: list[str] = []
    for piece in prose:
        _collect(piece, dialect, queries, doubtful)
    if not queries:
        spans = [code.rstrip("; ") for code in replies.inline_codes(prose)[: replies.MOST_BLOCKS]]
        queries = [code for code in spans if _QUERY.match(code) and is_query(code, dialect)]
    sure = [query for query in queries if not _is_capitalised(query.split(None, 1)[0])] or queries
    if len(set(sure)) > 1:
        raise several("SQL query")
    if sure:
        return sure[0]
    if not doubtful:
        return None
    begins = prose[0].strip()
    if len(prose) == 1 and begins.endswith(";") and len(_statements(begins, dialect)) == 1 and _QUERY.match(begins):
        return _statements(begins, dialect)[0]
    raise UnreadableReplyError(
        Unreadable.DOES_NOT_PARSE,
        "The reply held SQL outside a code block, and where it ends is unclear.",
    )


def _collect(piece: str, dialect: str, queries: list[str], doubtful: list[str]) -> None:
    """Add the queries of one piece of prose to `queries`, and what only begins like one to `doubtful`."""
    lines = piece.split("\n")
    attempts, number = _MOST_ATTEMPTS, 0
    while number < len(lines) and attempts > 0:
        label = _LABEL.match(lines[number])
        if label is None:
            number += 1
            continue
        attempts -= 1
        text = "\n".join([lines[number][label.end() :], *lines[number + 1 :]])
        part = _parts(text, dialect)[0][0]
        if label[0].rstrip().endswith(("*", "_", "`")):
            part = part.rstrip("`*_ \n")  # what closes bold type
        query = _first_query(part, dialect)
        if query is None:
            word = text.split(None, 1)[0]
            if not _is_capitalised(word) and re.search(r"\bfrom\b", part, re.IGNORECASE):
                doubtful.append(part)
            number += 1
            continue
        queries.append(query)
        number += query.count("\n") + 1
        rest = text[len(part) + 1 :].split("\n", 1)[0] if query.strip() == part.strip() else ""
        if _QUERY.match(rest) and not _is_capitalised(rest.split(None, 1)[0]):
            queries.append(rest)  # a second query on the line of the first
