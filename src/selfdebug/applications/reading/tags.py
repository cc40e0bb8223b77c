"""What the word after a fence says: which language, whatever version, file or attribute it is written with."""

from __future__ import annotations

import functools
import re

from selfdebug.languages import LANGUAGES

SQL = {"sql", "sqlite", "postgresql", "postgres", "pgsql", "mariadb", "duckdb", "ddl", "dql", "bigquery", "snowflake"}
NEUTRAL = {"", "text", "txt", "plain", "plaintext", "code", "none", "program"}
OTHER = {
    "typescript", "ts", "tsx", "csharp", "cs", "c#", "kotlin", "kt", "swift", "ruby", "rb", "php", "scala", "perl",
    "r", "julia", "haskell", "lua", "dart", "pseudocode", "pseudo",
}  # fmt: skip
WRAPPERS = {"markdown", "md"}
_SYSTEM = {"bash", "sh", "shell", "console", "json", "diff", "patch", "output", "query", "html", "xml", "yaml", "toml"}
_OTHERS = {*SQL, *NEUTRAL, *OTHER, *WRAPPERS, *_SYSTEM} - {""}

_WORD = re.compile(r"[ \t]*\{*[ \t]*\.?(?P<tag>[\w+#./:=\"'\\-]*)")
_PREFIX = re.compile(
    r"(?:language|lang|highlight|source|src|brush|syntax|class|code|type|file|filename|title|name)[-:=]+"
)
_VERSION = re.compile(r"[-_.]?v?\d+(?:\.\d+)*$")
_ATTRIBUTES = re.compile(r"(?:[\w:.-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\"'=]+)|[.{}#][\w-]*|[\w-]+\})(?:[\s,}]+|$)")
_CODE = re.compile(
    r"(?:async +)?def +\w+ *\(|class +\w+ *[(:{]|import +[\w{*]|from +[\w.]+ +import\b|@\w+|#include\b|using +\w"
    r"|(?:public|private|static|const|let|var|fn|pub|func|function|package|template|struct|impl)\b.*[\w({;=]"
    r"|(?:unsigned +|long +)*(?:int|long|bool|void|double|float|auto|string|char|vector<.*>)\b[\w *&]*\("
    r"|\(*(?:select|with +\w+ +as|values) *\(?.+|print\(|return\b|for +\w+ +in\b|if .*:$|[a-z_]\w* = .+",
    re.IGNORECASE,
)


def of_fence(info: str) -> tuple[str, str]:
    """What stands after an opening fence: the language's name, and code that begins on its line.

    Returns:
        The tag, in lower case, a language's own name for all of its tags; may be empty. The code, mostly none.
    """
    match = _WORD.match(info)
    word = match["tag"] if match else ""
    rest = info[match.end() :].strip() if match else ""
    if word.endswith((":", "=")) and rest:  # "lang: python"
        word, _, rest = rest.partition(" ")
    tag = plain(word)
    if not is_known(tag) and is_code(info):
        return "", info.strip()
    return tag, rest if is_code(rest) else ""


@functools.cache
def _programs(languages: tuple[str, ...]) -> dict[str, str]:
    """A language's own name by each of its names."""
    return {word: name for name in languages for word in LANGUAGES[name].names}


def plain(word: str) -> str:
    """A tag without version, path, prefix and attributes: python3.11, src/sol.py and lang=python are python."""
    programs = _programs(tuple(LANGUAGES))
    word = word.lower().strip("`\"'{}.:=\\-")
    while prefix := _PREFIX.match(word):
        word = word[prefix.end() :].lstrip(".\"'")
    parts = re.split(r"[:=]", word)
    for part in (word, parts[0], *reversed(parts[1:])):
        for name in (part, re.split(r"[/\\]", part)[-1].rpartition(".")[2], _VERSION.sub("", part)):
            if name in programs or name in _OTHERS or is_sql(name):
                return programs.get(name, name)
    return word


def is_known(word: str) -> bool:
    """Whether a word is the tag of some language, or says that there is none."""
    tag = plain(word)
    return tag in LANGUAGES or tag in _OTHERS


def is_sql(tag: str) -> bool:
    """Whether a block's tag names SQL, or one of its dialects."""
    return tag in SQL or tag.endswith("sql")


def is_code(text: str) -> bool:
    """Whether the rest of a fence's line is code, not a title or attributes."""
    return bool(text) and _ATTRIBUTES.match(text) is None and _CODE.match(text) is not None
