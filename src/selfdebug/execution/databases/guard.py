"""The first of two walls: is this text exactly one read-only query? Decided before it runs, as a rule with sqlglot.

The second wall is the engine's own (see `engines/`): a read-only connection. Neither relies on the other.

What this one guarantees, in the engine's dialect: exactly one statement; that statement is a query (SELECT,
VALUES, set operations, WITH ... SELECT), and so is the body of every CTE; no SELECT INTO, no locking clause,
no optimizer hint, no parameter or user variable; every name before a parenthesis is a keyword, a type or a
function on the engine's allow-list.

The engine is then given what the parser saw and nothing else: the tokens, with every comment between them
taken out. So comments that only one of the two would read (`/*! ... */`, nested ones) cannot carry anything
past this check.

Engines know more than sqlglot: what it cannot parse is no query, or one with a clause of the engine's own.
`check_tokens` looks at such a text without a grammar, and the engine's own read-only wall carries more of the weight.
"""

import logging
import re
from collections.abc import Callable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from selfdebug.execution.databases.fetching import CheckedQuery
from selfdebug.execution.databases.lexing import one_statement
from selfdebug.execution.databases.words import WORDS

# It warns on stderr whenever it meets a statement that it does not model; such a statement is refused here.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

MAX_CHARACTERS = 100_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0085\u2028\u2029\ufeff]")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_WORDLIKE = re.compile(r"[^\W\d]|[\"`\[']")
_FORBIDDEN_TOKENS = {
    TokenType.INTO: "SELECT INTO writes; leave INTO out.",
    TokenType.HINT: "Optimizer hints are not allowed.",
    TokenType.PARAMETER: "Parameters and variables (@name) are not allowed; write the value itself.",
    TokenType.SESSION_PARAMETER: "Variables (@@name) are not allowed.",
    TokenType.COMMAND: "Only a query (SELECT) is allowed.",
}
_FORBIDDEN_NODES = (
    exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock, exp.Placeholder, exp.Parameter, exp.SessionParameter,
    exp.Pragma, exp.Set, exp.Copy, exp.Attach, exp.Detach, exp.Use, exp.Kill, exp.Transaction,
)  # fmt: skip
_COMMENT = re.compile(r"/\*.*?\*/|(?:--|#)[^\n]*", re.DOTALL)
_FILE_LIKE = re.compile(r"[/\\*?]|\.[A-Za-z]{2,8}$")
_WRITING_WORDS = WORDS["common"]["writing"]
_WORDS_BEFORE_PARENTHESIS = WORDS["common"]["before_parenthesis"]
_FUNCTIONS_NAMED_SO = ("insert", "truncate")
_FIRST_WORDS = {"select", "values", "with"}
# A word that comes before a parenthesis and calls nothing, if it follows one of these.
_PHRASES = {
    "bernoulli": {"tablesample", "sample"},
    "system": {"tablesample", "sample"},
    "reservoir": {"tablesample", "sample"},
    "repeatable": {")"},
    "index": {"use", "force", "ignore", "by", "join"},
    "key": {"use", "force", "ignore", "by", "join"},
    "of": {"member"},
    "enum": {":", "::"},
}


class RefusedError(Exception):
    """The text is not a query that we run; the message tells a model why."""


class UnparsableError(Exception):
    """sqlglot cannot read the text; the message is its own, the engine may know better words."""


def check(sql: str, dialect: str, is_function: Callable[[str], bool]) -> CheckedQuery:
    """Check that `sql` is exactly one read-only query.

    Args:
        sql: The text, as a model wrote it.
        dialect: sqlglot's name of the dialect: sqlite, duckdb, postgres or mysql.
        is_function: Whether a lower-case name is a function that a query may call.

    Returns:
        The query without its comments and closing semicolon.

    Raises:
        RefusedError: It is something else, or does something else.
        UnparsableError: It cannot be parsed.
    """
    if not sql.strip():
        raise RefusedError("The query is empty.")
    if len(sql) > MAX_CHARACTERS:
        raise RefusedError(f"The query is longer than {MAX_CHARACTERS} characters.")
    if _CONTROL.search(sql):
        raise RefusedError("The query contains control characters.")
    try:
        tokens = sqlglot.tokenize(sql, read=dialect)
        tree = _only_statement(sqlglot.parse(sql, read=dialect))
        for token in tokens:
            if message := _FORBIDDEN_TOKENS.get(token.token_type):
                raise RefusedError(message)
        _refuse_nodes(tree, dialect)
    except SqlglotError as error:
        raise UnparsableError(_ANSI.sub("", str(error))) from None
    except RecursionError:
        raise RefusedError("The query is nested too deeply.") from None
    _refuse_calls(sql, tokens, dialect, is_function)
    return CheckedQuery(_without_comments(sql, tokens, dialect), _is_ordered(tree))


def check_tokens(sql: str, dialect: str, is_function: Callable[[str], bool]) -> CheckedQuery:
    """Check a text that sqlglot cannot parse and that its engine has found no fault with.

    It must be certain where each token ends, that there is one statement, that it begins like a query, that no word of
    writing or locking stands in it outside quotes, and that each name before a parenthesis may stand there.

    Args, Returns: as for `check`.

    Raises:
        RefusedError: It does something else than reading.
        UnparsableError: That cannot be told.
    """
    tokens = one_statement(sql, dialect)
    if tokens is None or len(sql) > MAX_CHARACTERS or _CONTROL.search(sql):
        raise UnparsableError("it is written in a way that only the database can read")
    words = [token.text.lower() if token.token_type in (TokenType.VAR, TokenType.ALIAS) else "" for token in tokens]
    first = next((i for i, token in enumerate(tokens) if token.token_type != TokenType.L_PAREN), 0)
    if words[first] not in _FIRST_WORDS:
        raise RefusedError("Only a query (SELECT) is allowed.")
    for i, word in enumerate(words):
        called = tokens[i + 1 : i + 2] and tokens[i + 1].token_type == TokenType.L_PAREN
        if word in _WRITING_WORDS and not (called and word in _FUNCTIONS_NAMED_SO):
            raise RefusedError(f"A query may not write or lock: leave {word.upper()} out.")
        if word == "value" and words[i + 1 : i + 2] == ["for"]:
            raise RefusedError("A query may not advance a sequence.")
    _refuse_calls(sql, tokens, dialect, is_function)
    return CheckedQuery(_without_comments(sql, tokens, dialect), _orders_by(tokens, words))


def _orders_by(tokens: list[Token], words: list[str]) -> bool:
    """Whether there is an ORDER BY outside all parentheses."""
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        # USE INDEX FOR ORDER BY orders nothing.
        if depth == 0 and words[i : i + 2] == ["order", "by"] and words[i - 1] != "for":
            return True
    return False


def _only_statement(statements: list[exp.Expr | None]) -> exp.Query | exp.Values:
    trees = [tree for tree in statements if tree is not None and type(tree) is not exp.Semicolon]
    if len(trees) != 1:
        raise RefusedError(f"Exactly one statement is allowed, and this is {len(trees)}.")
    [tree] = trees
    if not isinstance(tree, exp.Query | exp.Values):
        raise RefusedError(f"Only a query (SELECT) is allowed, not {type(tree).__name__.upper()}.")
    return tree


def _refuse_nodes(tree: exp.Expr, dialect: str) -> None:
    for node in tree.walk():
        if isinstance(node, exp.Query):
            if node.args.get("into") or node.args.get("locks"):
                raise RefusedError("A query may not write or lock: leave out INTO, FOR UPDATE and the like.")
            continue
        if isinstance(node, _FORBIDDEN_NODES):
            raise RefusedError(f"Only reading is allowed, not {type(node).__name__.upper()}.")
        if isinstance(node, exp.CTE) and not isinstance(node.this, exp.Query | exp.Values):
            raise RefusedError("A common table expression may only read (WITH name AS (SELECT ...)).")
        if isinstance(node, exp.Table):
            _refuse_table(node, dialect)


def _refuse_table(table: exp.Table, dialect: str) -> None:
    name = table.name.lower()
    if dialect == "sqlite" and name.startswith(("pragma_", "dbstat", "sqlite_dbpage", "sqlite_stmt", "bytecode")):
        raise RefusedError(f"The table {table.name} is not data; PRAGMA is not allowed.")
    if dialect == "duckdb" and (isinstance(table.this, exp.Literal) or _FILE_LIKE.search(table.name)):
        raise RefusedError(f"Files cannot be read; {table.name!r} is not a table of this database.")


def _refuse_calls(sql: str, tokens: list[Token], dialect: str, is_function: Callable[[str], bool]) -> None:
    """Every name before a parenthesis must be known. Tokens, unlike the tree, keep the name as written."""
    for i in range(1, len(tokens)):
        if tokens[i].token_type != TokenType.L_PAREN:
            continue
        before = tokens[i - 1]
        written = sql[before.start : before.end + 1]
        if not _WORDLIKE.match(written):
            continue
        if written.startswith("'"):
            raise RefusedError(f"A text cannot be called: {written[:40]}(...).")
        name = (written.split()[-1] if written[0] not in '"`[' else written[1:-1]).lower()
        quoted = written[0] in '"`['
        two_before = tokens[i - 2] if i >= 2 else None
        if two_before is not None and two_before.token_type == TokenType.ALIAS:
            continue  # ... AS name(column, ...), CAST(... AS type(10)), and a CTE's AS (
        if _names_common_table(tokens, i) or _is_alias(tokens, i):
            continue
        if not quoted and _continues_phrase(written, two_before, name):
            continue
        if dialect == "postgres" and name == "operator" and tokens[i + 1].text.lower() == "pg_catalog":
            continue
        if two_before is not None and two_before.token_type == TokenType.DOT and dialect != "duckdb":
            schema = tokens[i - 3].text.lower() if i >= 3 else ""
            if not (dialect == "postgres" and schema == "pg_catalog"):
                raise RefusedError(f"The function {schema}.{name} is not allowed: only built-in functions are.")
        if not is_function(name) and (quoted or name not in _WORDS_BEFORE_PARENTHESIS):
            hint = ""
            if two_before is not None and two_before.token_type == TokenType.R_PAREN:
                hint = f" (If it is an alias, write AS {name}(...).)"
            raise RefusedError(f"The function {name} is not allowed or does not exist.{hint}")


def _names_common_table(tokens: list[Token], opening: int) -> bool:
    """Whether the parenthesis at `opening` lists a CTE's columns: name (a, b) AS [MATERIALIZED] (SELECT ...

    A column definition list, `dblink('...') AS (a integer)`, must not pass for one: hence the SELECT.
    """
    i = opening + 1
    while i < len(tokens) and tokens[i].token_type != TokenType.R_PAREN:
        if tokens[i].token_type in (TokenType.L_PAREN, TokenType.STRING):
            return False
        i += 1
    rest = [token.text.upper() for token in tokens[i + 1 : i + 6]]
    if rest[:1] != ["AS"]:
        return False
    rest = [text for text in rest[1:] if text not in ("NOT", "MATERIALIZED")]
    return rest[:1] == ["("] and rest[1:2] in (["SELECT"], ["VALUES"], ["WITH"])


def _continues_phrase(written: str, before: Token | None, name: str) -> bool:
    """Whether the word before is one with which `name` calls nothing; sqlglot reads some pairs as one token."""
    parts = written.lower().split()
    return (parts[-2] if len(parts) > 1 else before.text.lower() if before else "") in _PHRASES.get(name, ())


def _is_alias(tokens: list[Token], opening: int) -> bool:
    """Whether the parenthesis at `opening` lists an alias's columns: (SELECT ...) name (a, b), without AS.

    In SQL no call follows a closing parenthesis, except DISTINCT ON (...) f(a).
    """
    if opening < 2 or tokens[opening - 2].token_type != TokenType.R_PAREN:
        return False
    i = opening + 1
    while i < len(tokens) and tokens[i].token_type != TokenType.R_PAREN:
        is_name = tokens[i].token_type == TokenType.IDENTIFIER or tokens[i].text.isidentifier()
        if is_name != ((i - opening) % 2 == 1) or not (is_name or tokens[i].text == ","):
            return False
        i += 1
    if i == opening + 1:
        return False
    depth, i = 0, opening - 2
    while i > 0:
        depth += (tokens[i].token_type == TokenType.R_PAREN) - (tokens[i].token_type == TokenType.L_PAREN)
        if depth == 0:
            return tokens[i - 1].text.upper() != "ON"
        i -= 1
    return False


def _without_comments(sql: str, tokens: list[Token], dialect: str) -> str:
    pieces: list[str] = []
    end = 0
    for token in tokens:
        gap = sql[end : token.start]
        _refuse_gap(gap, dialect)
        if token.token_type != TokenType.SEMICOLON:
            pieces += ["\n" if "\n" in gap else " " if gap else "", sql[token.start : token.end + 1]]
        end = token.end + 1
    _refuse_gap(sql[end:], dialect)
    return "".join(pieces).strip()


def _refuse_gap(gap: str, dialect: str) -> None:
    # DuckDB alone takes a no-break space and its like for a space, as sqlglot does.
    if dialect != "duckdb" and not gap.isascii() and not _COMMENT.sub("", gap).isascii():
        raise UnparsableError("there is a space that is none for the database")
    if dialect == "mysql" and re.search(r"/\*\s*(!|M!)", gap, re.IGNORECASE):
        raise RefusedError("Comments that the server would execute (/*! ... */) are not allowed.")


def _is_ordered(tree: exp.Expr) -> bool:
    while isinstance(tree, exp.Subquery) and not tree.args.get("order"):
        tree = tree.this
    return tree.args.get("order") is not None
