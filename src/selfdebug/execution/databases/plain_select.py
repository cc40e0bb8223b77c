"""A quick, sound recogniser of plain SQLite queries; what it does not recognise goes to the full check.

sqlglot takes longer to parse most queries than SQLite takes to answer them. So a text that is plainly one
read-only SELECT may skip the parser. This is at least as strict as the full check, for these reasons:

1. The text consists of ASCII tokens that SQLite's own lexer cuts in the same places: words, decimal numbers, '...' and
   "..." closed on both sides, and operators among `( ) , . * + - / % < > = !`. No comment (`--` and `/*` are
   rejected), no semicolon save at the very end, no backtick, bracket, parameter, backslash or control
   character can occur.
2. So the text is one statement; its first word is SELECT, and in SQLite's grammar a statement that starts with SELECT
   is a query and nothing else: there is no SELECT INTO, no FOR UPDATE, and a CTE, which could only stand in a
   subquery, cannot modify data. Words of other statements (`REJECTED_WORDS`) are turned down all the same.
3. A function is a name before a parenthesis, and each such name is in `FUNCTIONS`: aggregates and scalar functions
   without side effects whose time and result are linear in values that are stored in the database. Quoted
   names are rejected there. Tables that are not data (`pragma_...`, `sqlite_...`) are rejected by their
   prefix or name.

It does not check the grammar: SQLite does, and its words for a syntax error are the ones a model should see.
The engine is read-only beneath this, as it is beneath the full check.
"""

import re

from selfdebug.execution.databases.words import WORDS

MAX_CHARACTERS = 5_000

_SPACE = r"[ \t\r\n]*+"
_WORD = r"[A-Za-z_][A-Za-z0-9_]*+"
_NUMBER = r"[0-9]++(?:\.[0-9]++)?(?![A-Za-z0-9_.])"
# Text or a quoted name; never called.
_QUOTED = rf"(?:'[^'\x00-\x1f]*+'|\"[^\"\x00-\x1f]*+\")(?!{_SPACE}\()"
_SYMBOL = r"(?:<=|>=|<>|!=|==|[(),.*+%<>=]|-(?!-)|/(?!\*))"
_WHOLE = re.compile(rf"(?:{_SPACE}(?:{_WORD}|{_NUMBER}|{_QUOTED}|{_SYMBOL}))++{_SPACE}")
# A word with the parenthesis that follows it, or a quoted stretch (skipped, so that its words are not looked
# at), or one of ( ).
_PARTS = re.compile(rf"({_WORD})(?:{_SPACE}(\())?|{_QUOTED}|([()])")

_PLAIN = WORDS["plain_sqlite"]
KEYWORDS_BEFORE_PARENTHESIS = _PLAIN["before_parenthesis"]
FUNCTIONS = _PLAIN["functions"]
REJECTED_WORDS = _PLAIN["rejected"]
_CALLABLE = KEYWORDS_BEFORE_PARENTHESIS | FUNCTIONS
_HIDDEN = ("sqlite_", "pragma_", "sqlite3_", "fts", "rtree")


def is_plain(sql: str) -> bool:
    """Whether `sql` is certainly one read-only SQLite query that needs no parser; a No says nothing."""
    if len(sql) > MAX_CHARACTERS or not sql.isascii():
        return False
    text = sql.rstrip(" \t\r\n;") if sql.count(";") <= 1 else sql
    if _WHOLE.fullmatch(text) is None:
        return False
    words: list[str] = []
    for word, parenthesis, _ in _PARTS.findall(text):
        if word:
            lowered = word.lower()
            if parenthesis and lowered not in _CALLABLE:
                return False
            words.append(lowered)
    if words[:1] != ["select"] or text.lstrip(" \t\r\n")[:6].lower() != "select":
        return False
    return REJECTED_WORDS.isdisjoint(words) and not any(word.startswith(_HIDDEN) for word in words)


def is_ordered(sql: str) -> bool:
    """Whether a plain query has an ORDER BY outside all parentheses."""
    if "order" not in sql.lower():
        return False
    depth, previous = 0, ""
    for word, parenthesis, symbol in _PARTS.findall(sql):
        if depth == 0 and previous == "order" and word.lower() == "by":
            return True
        previous = word.lower()
        depth += (1 if parenthesis or symbol == "(" else 0) - (1 if symbol == ")" else 0)
    return False
