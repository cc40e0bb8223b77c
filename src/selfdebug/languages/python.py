"""Python: its programs run in the warm interpreter, which calls their functions without a driver of this room."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from selfdebug import signature as types
from selfdebug.languages import syntax, usage
from selfdebug.languages.base import Language
from selfdebug.languages.functions import Function, Slot, in_place
from selfdebug.languages.structure import Structure

_BY_NAME_ONLY = ("list_splat_pattern", "keyword_separator")
_NO_PARAMETERS = (*_BY_NAME_ONLY, "dictionary_splat_pattern", "positional_separator", "comment")
_DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_INNER = ("function_definition", "class_definition", "lambda")
_LIST, _SET = types.ListOf(types.UNKNOWN), types.SetOf(types.UNKNOWN)
_USAGE = usage.Usage(
    member=("attribute", "object", "attribute"),
    index=("subscript", "value", "subscript"),
    loop=("for_statement", "left", "right"),
    methods={
        types.TEXT: (
            "upper lower split strip lstrip rstrip isdigit isalpha isalnum isupper islower isspace replace"
            " startswith endswith title capitalize swapcase find rfind encode join splitlines zfill"
            " partition casefold"
        ),
        usage.MAP: "items keys values get setdefault",
        _LIST: "append sort extend insert reverse",
        _SET: "add discard union intersection difference issubset issuperset",
    },
    functions={
        **dict.fromkeys(("range", "chr", "bin", "hex", "isqrt", "gcd"), (types.INTEGER,)),
        "ord": (types.TEXT,), "sum": (usage.NUMBERS,), "join": (types.ListOf(types.TEXT),),
    },
    defaults={
        "integer": types.INTEGER, "float": types.FLOATING, "string": types.TEXT, "true": types.BOOLEAN,
        "false": types.BOOLEAN, "list": _LIST, "dictionary": usage.MAP, "set": _SET,
    },
)  # fmt: skip


class _Python(Language):
    name, title, extension, package = "python", "Python", ".py", "python3"
    aliases = ("py",)
    tags = "ipython pycon python-repl pypy cpython py3k gyp pyi"
    hello = 'print("ready")'
    is_warm = records_traces = takes_assertions = True
    is_compiled = is_typed = False
    type_combinations = 60
    comment = "#"
    starts = (
        r"(?:async +)?def +\w+ *[(\[]|class +\w+ *[(:]|import +\w|from +[\w.]+ +import\b"
        r"|@\w|[A-Za-z_]\w* *=[^=]|#|\"\"\"|'''|try:[ \t]*$|if (?:True|False|TYPE_CHECKING|[\w. ]*[<>=(.].*):[ \t]*$"
    )
    continues = (
        r"(?:if|elif|for|while|with|except|match|class|def|async)\b.*:|(?:else|try|finally) *:|from .* import\b"
        r"|(?:import|return|assert|raise|global|del|pass|print)\b|[@#\])}\"'(]"
        r"|[A-Za-z_*][\w.\[\]'\", *]*(?:[-+*/%|&^@]|//|\*\*|<<|>>)?=|[A-Za-z_][\w.]*[(\[]|[a-z_]\w*: [\w\[\], ]+="
    )
    quotes = r"\"\"\"|'''"
    grammar = "tree_sitter_python"
    call = ("call", "function")
    reserved = " ".join(keyword.kwlist)
    simple: Mapping[str, types.Type] = {
        "int": types.INTEGER, "float": types.FLOATING, "bool": types.BOOLEAN, "str": types.TEXT,
        "None": types.NOTHING, "list": _LIST, "List": _LIST, "dict": usage.MAP, "Dict": usage.MAP, "set": _SET,
        "Set": _SET,
    }  # fmt: skip
    generic: Mapping[type[types.Type], str] = {
        types.ListOf: "list List Sequence Iterable MutableSequence Collection deque Deque",
        types.SetOf: "set Set frozenset FrozenSet AbstractSet MutableSet",
        types.MapOf: "dict Dict Mapping MutableMapping DefaultDict OrderedDict defaultdict",
        types.TupleOf: "tuple Tuple", types.OptionalOf: "Optional",
    }  # fmt: skip
    forms: Mapping[str, str] = {
        "Integer": "int", "Floating32": "float", "Floating64": "float", "Boolean": "bool", "Character": "str",
        "Text": "str", "ListOf": "list[{0}]", "ReferenceTo": "list[{0}]", "SetOf": "set[{0}]",
        "MapOf": "dict[{0}, {1}]", "TupleOf": "tuple[{all}]", "OptionalOf": "{0} | None", "Nothing": "None",
        "Unknown": "object",
    }  # fmt: skip
    variable_form = changed_text_form = "a list"

    def structure(self, code: str) -> Structure:
        return _structure(code)

    def functions(self, source: str) -> list[Function]:
        root = syntax.parse(self.grammar, source)
        nodes = [n.child_by_field_name("definition") if n.type == "decorated_definition" else n for n in root.children]
        functions = [self._function(n) for n in nodes if n is not None and n.type == "function_definition"]
        return [f for f in functions if f.name != "main"]

    def declare(self, signature: types.Signature) -> str:
        parameters = ", ".join(
            p.name if p.type == types.UNKNOWN else f"{p.name}: {self.write(p.type)}" for p in signature.parameters
        )
        returns = "" if signature.returns == types.UNKNOWN else f" -> {self.write(signature.returns)}"
        return f"def {signature.name}({parameters}){returns}:"

    def write(self, of: types.Type) -> str:
        holds = isinstance(of, (types.ListOf, types.ReferenceTo, types.SetOf, types.MapOf))
        if holds and types.parts(of)[0] == types.UNKNOWN:
            return self.forms[type(of).__name__].partition("[")[0]
        return super().write(of)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _function(self, node: syntax.Node) -> Function:
        body, returns = node.child_by_field_name("body"), node.child_by_field_name("return_type")
        slots, by_name_only = [], False
        for child in syntax.children(node.child_by_field_name("parameters")):
            by_name_only = by_name_only or child.type in _BY_NAME_ONLY
            is_optional = by_name_only and child.child_by_field_name("value") is not None
            if child.type not in _NO_PARAMETERS and not is_optional:
                slots.append(self._slot(child, body))
        is_procedure = returns is None and body is not None and not syntax.returns_a_value(body, _INNER)
        function = self.function_at(node, slots, Slot("", types.NOTHING if is_procedure else self._read(returns)))
        return replace(function, text=function.text.rstrip(": "))

    def _slot(self, node: syntax.Node, body: syntax.Node | None) -> Slot:
        kind = node.child_by_field_name("type")
        name = node.named_children[0] if node.type == "typed_parameter" else node.child_by_field_name("name")
        text, of = syntax.text(name or node), self._read(kind)
        likely = _USAGE.suggested(body, text, node.child_by_field_name("value")) if kind is None else ()
        return Slot(text, of, output=in_place(of), likely=likely)

    def _read(self, node: syntax.Node | None) -> types.Type:
        if node is None:
            return types.UNKNOWN
        if node.type == "string":  # an annotation in quotes
            inner = syntax.parse(self.grammar, syntax.text(node).strip("'\"")).named_children
            return self._read(inner[0]) if inner else types.UNKNOWN
        if node.type in ("type", "expression_statement") and node.named_children:
            return self._read(node.named_children[0])
        if node.type in ("union_type", "binary_operator"):
            sides = [self._read(c) for c in node.named_children]
            known = [s for s in sides if s != types.NOTHING]
            return types.OptionalOf(known[0]) if len(sides) == 2 and len(known) == 1 else types.UNKNOWN
        if node.type not in ("generic_type", "subscript"):
            return self.simple.get(syntax.text(node).split(".")[-1], types.UNKNOWN)
        name = syntax.text(node).split("[")[0].strip().split(".")[-1]
        holder = syntax.children(node, "type_parameter")
        arguments = [self._read(a) for a in (syntax.children(holder[0]) if holder else node.named_children[1:])]
        read = self.read_generic(name, arguments)
        # tuple[int, ...] has any length.
        return types.ListOf(arguments[0]) if isinstance(read, types.TupleOf) and "..." in syntax.text(node) else read


# -- structure, by Python's own parser -----------------------------------------------------------------------------


def _structure(code: str) -> Structure:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        defined = re.findall(r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+(\w+)[^{\n]*$", code, re.MULTILINE)
        return Structure(parses=False, defines=frozenset(defined), binds=frozenset(defined))
    defines = frozenset(_definitions(tree.body))
    bound = frozenset(_bindings(tree))
    loads = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    plain = (ast.Expr, ast.Assert, ast.Import, ast.ImportFrom)
    return Structure(
        parses=True,
        defines=defines,
        binds=defines | {name for node in tree.body if not isinstance(node, _DEFINITION) for name in _bindings(node)},
        needs=frozenset(loads - bound - set(dir(builtins))),
        script=any(not isinstance(node, plain) and not _is_main_guard(node) for node in tree.body),
    )


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in {n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)}


def _is_sketch(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the body is left out: `...`, at most with a docstring before it."""
    rest = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return bool(rest) and all(isinstance(n, ast.Expr) and getattr(n.value, "value", 0) is ... for n in rest)


def _definitions(statements: Sequence[ast.stmt]) -> Iterator[str]:
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_sketch(node):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield node.name
            yield from (n.name for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif not _is_main_guard(node):
            yield from _definitions(_below(node))


def _below(node: ast.stmt) -> list[ast.stmt]:
    """What runs at the top level of a module below a statement: in `if`, `try`, `with` and loops."""
    inner = [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]
    blocks = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")] + [part.body for part in inner]
    return [statement for block in blocks for statement in block]


def _bindings(tree: ast.AST) -> Iterator[str]:
    """Every name that is bound anywhere below, in whatever scope."""
    for node in ast.walk(tree):
        if isinstance(node, _DEFINITION):
            yield node.name
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).split(".")[0]
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name


PYTHON = _Python()
