"""What a text is as code: whether it parses, what it defines and what it needs from elsewhere.

Python's own parser and tree-sitter do the work. Nothing here runs code, and nothing here reads prose.
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tree_sitter_cpp
import tree_sitter_go
import tree_sitter_java
import tree_sitter_javascript
import tree_sitter_rust
from tree_sitter import Language, Node, Parser

from selfdebug.languages import language

DIALECTS = ("sqlite", "duckdb", "postgres", "mysql")
"""sqlglot's names of the dialects that queries may be written in."""

MAX_CHARACTERS = 30_000
"""Longer code is not parsed: what is wanted here has a hundredth of that, and parsers are not linear on nonsense."""

# The time and memory that tree-sitter takes grow with the square of nested generics.
_MOST_GENERICS = 200
_GRAMMARS = {
    "cpp": tree_sitter_cpp,
    "java": tree_sitter_java,
    "javascript": tree_sitter_javascript,
    "rust": tree_sitter_rust,
    "go": tree_sitter_go,
}
_FUNCTIONS = {
    "function_definition", "method_declaration", "constructor_declaration", "function_declaration",
    "generator_function_declaration", "method_definition", "function_item",
}  # fmt: skip
_TYPES = {
    "class_specifier", "struct_specifier", "class_declaration", "interface_declaration", "record_declaration",
    "enum_declaration", "struct_item", "enum_item", "trait_item", "type_spec",
}  # fmt: skip
_IDENTIFIERS = {"identifier", "type_identifier", "field_identifier", "property_identifier"}
_JAVASCRIPT_FUNCTIONS = {"arrow_function", "function_expression", "generator_function", "class"}


@dataclass(frozen=True, slots=True)
class Structure:
    """What a text is as code.

    Attributes:
        parses: it is valid as it stands.
        defines: functions, methods and types that it defines, but for Python functions whose body is only `...`.
        binds: those, and in Python also the imports and variables of its top level.
        needs: names that it uses and does not bind itself.
        script: it does something besides calling, asserting and importing.
    """

    parses: bool
    defines: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    script: bool = False


def parses(code: str, language_or_dialect: str) -> bool:
    """Whether the text is valid code: a whole program, or exactly one SQL statement.

    Args:
        code: the text.
        language_or_dialect: a language, or one of `DIALECTS`.

    Raises:
        ValueError: the language is not known.
    """
    if language_or_dialect in DIALECTS:
        from selfdebug.applications.reading.statements import statement

        return statement(code, language_or_dialect) is not None
    return structure(code, language_or_dialect).parses


def structure(code: str, language_name: str) -> Structure:
    """Find out what the text is as code.

    Raises:
        ValueError: the language is not known.
    """
    name = language(language_name).name
    if len(code) > MAX_CHARACTERS:
        return Structure(parses=False)
    return _python(code) if name == "python" else _other(code, name)


def _python(code: str) -> Structure:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        seen = re.findall(r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)[^{\n]*$", code, re.MULTILINE)
        return Structure(parses=False, defines=frozenset(seen), binds=frozenset(seen))
    defines = frozenset(_python_definitions(tree.body))
    bound = frozenset(_python_bindings(tree))
    loads = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    plain = (ast.Expr, ast.Assert, ast.Import, ast.ImportFrom)
    return Structure(
        parses=True,
        defines=defines,
        binds=defines | {name for node in tree.body if not _is_definition(node) for name in _python_bindings(node)},
        needs=frozenset(loads - bound - set(dir(builtins))),
        script=any(not isinstance(node, plain) and not _is_main_guard(node) for node in tree.body),
    )


def _is_definition(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)}


def _is_sketch(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body is left out: `...`, at most with a docstring before it."""
    rest = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return bool(rest) and all(isinstance(n, ast.Expr) and getattr(n.value, "value", 0) is ... for n in rest)


def _python_definitions(statements: Sequence[ast.stmt]) -> Iterator[str]:
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_sketch(node):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield node.name
            yield from (n.name for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif not _is_main_guard(node):
            yield from _python_definitions(_below(node))


def _below(node: ast.stmt) -> list[ast.stmt]:
    """What runs at the top level of a module below a statement: in `if`, `try`, `with` and loops."""
    inner = [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]
    blocks = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")] + [each.body for each in inner]
    return [statement for block in blocks for statement in block]


def _python_bindings(tree: ast.AST) -> Iterator[str]:
    """Every name that is bound anywhere below, in whatever scope."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name


@functools.cache
def _grammar(name: str) -> Language:
    return Language(_GRAMMARS[name].language())


def _other(code: str, name: str) -> Structure:
    if any(part.count("<") > _MOST_GENERICS for part in re.split("[;{}]", code)):
        return Structure(parses=False)
    # A parser is not safe to share between threads, and making one costs nothing.
    # A last line without its end is an error to Go's grammar.
    root = Parser(_grammar(name)).parse(code.encode("utf-8", "replace") + b"\n").root_node
    defines = frozenset(_definitions(root))
    identifiers = {_text(node) for node in _walk(root) if node.type in _IDENTIFIERS}
    return Structure(
        parses=not root.has_error,
        defines=defines,
        binds=defines,
        needs=frozenset(identifiers - defines),
        script=bool(defines),
    )


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _walk(root: Node, inside_functions: bool = True) -> Iterator[Node]:
    """All nodes, without recursion: trees of nonsense are deep."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        if inside_functions or node.type not in _FUNCTIONS:
            pending.extend(node.children)


def _definitions(root: Node) -> Iterator[str]:
    for node in _walk(root, inside_functions=False):
        if node.type in _FUNCTIONS or (node.type in _TYPES and _has_body(node)):
            named = node.child_by_field_name("name") or _declared(node)
        elif node.type == "variable_declarator" and _is_function_value(node):
            named = node.child_by_field_name("name")
        else:
            continue
        if named is not None:
            yield _text(named).rsplit("::", 1)[-1]


def _has_body(node: Node) -> bool:
    return node.type not in ("class_specifier", "struct_specifier") or node.child_by_field_name("body") is not None


def _is_function_value(node: Node) -> bool:
    value = node.child_by_field_name("value")
    return value is not None and value.type in _JAVASCRIPT_FUNCTIONS


def _declared(node: Node) -> Node | None:
    """The name inside a C++ declarator, which may sit below pointers, references and parentheses."""
    inner = node.child_by_field_name("declarator")
    while inner is not None:
        below = inner.child_by_field_name("declarator")
        if below is None and inner.type in ("reference_declarator", "parenthesized_declarator"):
            below = inner.named_children[0] if inner.named_children else None
        if below is None:
            return inner
        inner = below
    return None
