"""Cuts a query into tokens exactly where its engine does, or gives up: for queries that sqlglot's grammar lacks.

Only what every release of an engine cuts alike is read. Left out on purpose, so that a text with one of them is not
read at all: dollar quotes, backslashes in texts where they may escape, `U&` texts, nested comments, comments that a
server executes, parameters, variables, names with a dollar, braces of ODBC. It knows no grammar.
"""

import re

from sqlglot.tokenizer_core import Token, TokenType

_LINE_COMMENT = r"[^\n\r]*+(?=\r?\n|\Z)"
_BLOCK_COMMENT = r"/\*(?![!+]|[mM]!)(?:(?!/\*|\*/).)*+\*/"
_NUMBER = r"(?:0[xX][0-9a-fA-F]++|[0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?|\.[0-9]++(?:[eE][+-]?[0-9]++)?)"
_WORD = r"[A-Za-z_][A-Za-z0-9_]*+(?![$\x80-\U0010ffff])"
_TEXT = r"'(?:[^']|'')*+'"
_TEXT_WITHOUT_BACKSLASH = r"'(?:[^'\\]|'')*+'"
_NAME = r'"(?:[^"]|"")*+"'
_BACKTICKED = r"`(?:[^`]|``)*+`"
_COMMON_SYMBOLS = r"[(),.*+%<>=!|&~^]|-(?!-)|/(?!\*)"


def _compiled(
    comment: str, text: str, name: str, word: str, symbol: str, space: str = r"[ \t\n\r\f]++"
) -> re.Pattern[str]:
    parts = {
        "space": f"{space}|{comment}|{_BLOCK_COMMENT}",
        "text": text,
        "name": name,
        "number": rf"{_NUMBER}(?![A-Za-z0-9_$.\x80-\U0010ffff])",
        "word": word,
        "symbol": f"{_COMMON_SYMBOLS}{symbol}",
        "end": ";",
    }
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in parts.items()), re.DOTALL)


# PostgreSQL's, which DuckDB follows: E'...' escapes only by a backslash, so one without is like any other text.
_POSTGRES_TEXT = rf"[eE]{_TEXT_WITHOUT_BACKSLASH}|{_TEXT}"
_POSTGRES_WORD = rf"(?![eE]'|[uU]&['\"]){_WORD}"
_TOKENS = {
    # Any character beyond ASCII is part of a name, but a byte-order mark before a token is a space.
    "sqlite": _compiled(
        f"--{_LINE_COMMENT}",
        _TEXT,
        rf"{_NAME}|{_BACKTICKED}|\[[^\]]*+\]",
        r"(?!\ufeff)[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*+",
        "",
        r"[ \t\n\r\f\ufeff]++",
    ),
    "postgres": _compiled(f"--{_LINE_COMMENT}", _POSTGRES_TEXT, _NAME, _POSTGRES_WORD, r"|[:\[\]@#?]"),
    "duckdb": _compiled(f"--{_LINE_COMMENT}", _POSTGRES_TEXT, _NAME, _POSTGRES_WORD, r"|[:\[\]{}@#]"),
    "mysql": _compiled(
        rf"(?:--(?=[ \t\n\r]|\Z)|\#){_LINE_COMMENT}",
        rf'{_TEXT_WITHOUT_BACKSLASH}|"(?:[^"\\]|"")*+"',
        _BACKTICKED,
        _WORD,
        "",
    ),
}
_TYPES = {"(": TokenType.L_PAREN, ")": TokenType.R_PAREN, ".": TokenType.DOT}


def one_statement(sql: str, dialect: str) -> list[Token] | None:
    """The tokens of a text that is certainly one statement, without comments and its closing semicolon.

    Args:
        sql: the text.
        dialect: sqlglot's name of the dialect: sqlite, duckdb, postgres or mysql.

    Returns:
        sqlglot's tokens, of the types that the guard looks at; `None` if it cannot be told for certain.
    """
    pattern, tokens, place, ended = _TOKENS[dialect], list[Token](), 0, False
    while place < len(sql):
        match = pattern.match(sql, place)
        if match is None:
            return None
        kind, place = match.lastgroup, match.end()
        if kind == "end":
            ended = True
        elif kind != "space":
            if ended:
                return None
            tokens.append(_token(match[0], kind, match.start()))
    return tokens or None


def _token(written: str, kind: str | None, start: int) -> Token:
    match kind:
        case "text":
            sort, text = TokenType.STRING, written
        case "name":
            sort, text = TokenType.IDENTIFIER, written[1:-1]
        case "word":
            sort, text = TokenType.ALIAS if written.upper() == "AS" else TokenType.VAR, written
        case _:
            sort, text = _TYPES.get(written, TokenType.COMMA), written
    return Token(sort, text, start=start, end=start + len(written) - 1)
