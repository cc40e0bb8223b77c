"""How names are written in SQL: quoted where a query must quote them. No I/O."""

import re

from selfdebug.execution.databases.words import WORDS

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED_WORDS = WORDS["common"]["reserved"]
"""Quoted for every engine."""


def quote(name: str, dialect: str) -> str:
    """The name of a schema, a table or a column as a query must write it in a dialect, by sqlglot's name of that."""
    # PostgreSQL folds what is not quoted to lower case.
    folded = dialect == "postgres" and name != name.lower()
    reserved = name.lower() in RESERVED_WORDS or name.lower() in WORDS[dialect]["reserved"]
    return name if _PLAIN_NAME.fullmatch(name) and not reserved and not folded else quoted(name, dialect)


def qualified(schema: str | None, name: str, dialect: str) -> str:
    """A table's name as a query must write it, with its schema unless that is the default one (None)."""
    return ".".join(quote(part, dialect) for part in (schema, name) if part)


def quoted(name: str, dialect: str) -> str:
    """A name in the quotes of a dialect, whether it needs them or not."""
    mark = "`" if dialect == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark
