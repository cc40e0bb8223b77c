"""Java with a JDK. The class with ``main`` is looked for; methods may stand by themselves, without a class."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from selfdebug import signature as types
from selfdebug.languages import syntax
from selfdebug.languages.base import Build, Language, driver, first_error, raised, rebuilt
from selfdebug.languages.functions import Function, Slot, in_place, referred
from selfdebug.outcome import ProgramError

_WRAPPER = "Solution"
_BUILDERS = ("StringBuilder", "StringBuffer")
_BOXED = {
    "int": "Integer", "long": "Long", "float": "Float", "double": "Double", "boolean": "Boolean", "char": "Character",
}  # fmt: skip
_OWNERS = ("class_declaration", "interface_declaration", "enum_declaration", "record_declaration")


class _Java(Language):
    name, title, extension, package = "java", "Java", ".java", "default-jdk-headless"
    tags = "jdk openjdk"
    tools = ("javac", "java")
    memory_limit = "RLIMIT_DATA"
    out_of_memory = ("java.lang.OutOfMemoryError", "insufficient memory for the Java Runtime")
    hello = 'class Hello { public static void main(String[] a) { System.out.print("ready"); } }'
    wraps_silently = True
    imports_first = True
    grammar = "tree_sitter_java"
    call = ("method_invocation", "name")
    reserved = (
        "abstract assert boolean byte catch char class const default double enum extends final finally float"
        " goto implements import instanceof int interface long native new package private protected public"
        " short static super synchronized this throw throws transient try void volatile"
    )
    simple: Mapping[str, types.Type] = {
        "int": types.INT32, "Integer": types.INT32, "long": types.INT64, "Long": types.INT64,
        "short": types.Integer(16), "Short": types.Integer(16), "byte": types.Integer(8), "Byte": types.Integer(8),
        "BigInteger": types.INTEGER, "double": types.FLOATING, "Double": types.FLOATING, "float": types.Floating(32),
        "Float": types.Floating(32), "boolean": types.BOOLEAN, "Boolean": types.BOOLEAN, "char": types.CHARACTER,
        "Character": types.CHARACTER, "void": types.NOTHING,
        **dict.fromkeys(("String", "CharSequence", *_BUILDERS), types.TEXT),
    }  # fmt: skip
    generic: Mapping[type[types.Type], str] = {
        types.ListOf: "List ArrayList LinkedList Collection Iterable Vector Queue Deque",
        types.SetOf: "Set HashSet TreeSet LinkedHashSet SortedSet",
        types.MapOf: "Map HashMap TreeMap LinkedHashMap SortedMap",
        types.OptionalOf: "Optional", types.TupleOf: "Entry SimpleEntry",
    }  # fmt: skip
    forms: Mapping[str, str] = {
        "Floating32": "float", "Floating64": "double", "Boolean": "boolean", "Character": "char", "Text": "String",
        "ListOf": "List<{0}>", "SetOf": "Set<{0}>", "MapOf": "Map<{0}, {1}>", "PairOf": "Map.Entry<{all}>",
        "OptionalOf": "Optional<{0}>", "Nothing": "void", "Unknown": "Object",
    }  # fmt: skip
    variable_form = "an array"

    def build(self, source: str, driver: str | None) -> Build:
        text = source if driver is None else f"{source}\n{driver}"
        # One file may hold one public class only, and of its own name.
        text = re.sub(
            r"^(\s*)public\s+((?:final\s+|abstract\s+)*(?:class|interface|enum|record)\b)", r"\1\2", text, flags=re.M
        )
        text = _imports_first(text) if driver is not None else text
        return Build(
            files={"Program.java": text},
            main="Program.java",
            compile=[
                self.tool("javac"), "-J-Xmx512m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1", "-proc:none",
                "-g", "-nowarn", "-encoding", "UTF-8", "-d", "classes", "Program.java",
            ],
            outputs=("classes",),
            run=[
                self.tool("java"), "-Xmx512m", "-Xss16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData", "-XX:ReservedCodeCacheSize=32m", "-XX:CompressedClassSpaceSize=64m",
                "-Xshare:auto", "-ea", "-cp", "classes", _main_class(text),
            ],
        )  # fmt: skip

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        pattern = r"(?:Exception in thread \S+ |^)(?:\w+\.)*(?P<kind>\w+(?:Error|Exception))(?:: (?P<message>.*))?"
        compiled = first_error(stderr, build, r"{file}:(?P<line>\d+): error: (?P<message>.*)")
        if compiled is None:
            return raised(stderr, build, pattern)
        # Which symbol cannot be found stands below, and where it was looked for.
        symbol = re.search(r": error: .*\n.*\n *\^\n  symbol: +(.*)(?:\n  location: +(.*))?", stderr)
        if compiled.message != "cannot find symbol" or symbol is None:
            return compiled
        place = f" in {symbol[2]}" if symbol[2] else ""
        return replace(compiled, message=f"cannot find symbol: {symbol[1]}{place}")

    def functions(self, source: str) -> list[Function]:
        nodes = [n for n in syntax.walk(syntax.parse(self.grammar, source)) if n.type == "method_declaration"]
        return [f for f in map(self._function, nodes) if f is not None and f.name != "main"]

    def declare(self, signature: types.Signature) -> str:
        parameters = ", ".join(
            f"{self._write_growing(p.type) if i in signature.resized else self.write(p.type)} {p.name}"
            for i, p in enumerate(signature.parameters)
        )
        return f"class {_WRAPPER} {{\n    static {self.write(signature.returns)} {signature.name}({parameters})\n}}"

    def write(self, of: types.Type, *, boxed: bool = False) -> str:
        if isinstance(of, types.ReferenceTo):
            of = types.ListOf(of.element)
        if isinstance(of, types.ListOf) and not boxed and _is_flat(of.element):
            return f"{self.write(of.element)}[]"
        written = self.form(of, [self.write(inner, boxed=True) for inner in types.parts(of)])
        return _BOXED.get(written, written) if boxed else written

    def integer(self, bits: int | None, signed: bool) -> str:
        return "int" if bits in (8, 16) or (bits == 32 and signed) else "long"

    def _write_growing(self, of: types.Type) -> str:
        """A type whose length the function can change; an array has one for ever."""
        if of == types.ListOf(types.CHARACTER):
            return "StringBuilder"
        return self.write(of, boxed=isinstance(of, types.ListOf))

    def build_call(self, source: str, function: Function, wanted: types.Signature, *, checked: bool = False) -> Build:
        text = _cleaned(source)
        base = self.build(text if function.owner else self._wrapped(text), None)
        order = [function.owner or _WRAPPER, function.name, str(len(function.slots))]
        order += ["procedure" if function.is_procedure else "function", *map(str, wanted.changed)]
        files = {"Program.java": base.files["Program.java"], "SelfdebugDriver.java": driver("Driver.java")}
        return replace(rebuilt(base, files, [*files]), run=[*base.run[:-1], "SelfdebugDriver", *order])

    def _wrapped(self, source: str) -> str:
        """Methods without a class get one, on their first line, below the imports."""
        root = syntax.parse(self.grammar, source)
        imports = [n for n in root.children if n.type == "import_declaration"]
        start = imports[-1].end_byte if imports else 0
        return f"{syntax.replaced(source, [(start, start, f' class {_WRAPPER} {{')])}\n}}"

    # -- reading ---------------------------------------------------------------------------------------------------

    def _function(self, node: syntax.Node) -> Function | None:
        if node.child_by_field_name("body") is None:
            return None
        above = list(syntax.above(node))
        if any(parent.type == "object_creation_expression" for parent in above):
            return None  # an anonymous class
        owners = [syntax.field(parent, "name") for parent in reversed(above) if parent.type in _OWNERS]
        listed = syntax.children(node.child_by_field_name("parameters"), "formal_parameter", "spread_parameter")
        modifiers = next((syntax.text(c) for c in node.children if c.type == "modifiers"), "")
        returns = Slot("", self._read(node.child_by_field_name("type")))
        return self.function_at(
            node, map(self._slot, listed), returns, owner="$".join(owners),
            is_static=not owners or "static" in modifiers.split(),
        )  # fmt: skip

    def _slot(self, node: syntax.Node) -> Slot:
        if node.type == "spread_parameter":
            kind = next((c for c in node.named_children if c.type not in ("modifiers", "variable_declarator")), None)
            name = next((syntax.field(c, "name") for c in syntax.children(node, "variable_declarator")), "")
            of: types.Type = types.ListOf(self._read(kind))
            return Slot(name, of, output=of)
        kind = node.child_by_field_name("type")
        of = _array(self._read(kind), node)
        return Slot(
            syntax.field(node, "name"), of, output=referred(of) if syntax.text(kind) in _BUILDERS else in_place(of)
        )

    def _read(self, node: syntax.Node | None) -> types.Type:
        if node is not None and node.type == "array_type":
            return _array(self._read(node.child_by_field_name("element")), node)
        if node is None or node.type != "generic_type":
            return self.simple.get(syntax.text(node).split(".")[-1], types.UNKNOWN)
        arguments = [self._read(a) for a in syntax.children(syntax.children(node, "type_arguments")[0])]
        return self.read_generic(syntax.text(node.named_children[0]).split(".")[-1], arguments)


def _array(of: types.Type, node: syntax.Node) -> types.Type:
    """The type with the dimensions that a node adds to it."""
    for _ in range(syntax.field(node, "dimensions").count("[")):
        of = types.ListOf(of)
    return of


def _is_flat(of: types.Type) -> bool:
    """Whether an array can hold it: Java has none of a generic type."""
    if isinstance(of, types.ListOf):
        return _is_flat(of.element)
    return isinstance(of, (types.Integer, types.Floating, types.Boolean, types.Character, types.Text))


def _cleaned(source: str) -> str:
    """Without what has no meaning here: a package, and JavaFX, which no JDK carries any more. With the collections."""
    text = re.sub(r"^[ \t]*(?:package\s+[\w.]+|import\s+javafx\.[\w.*]+)\s*;", "", source, flags=re.M)
    return text if re.search(r"^\s*import\s+java\.util\b", text, re.M) else f"import java.util.*; {text}"


def _main_class(text: str) -> str:
    """Name of the class around ``public static void main``; ``Main`` if none is found."""
    main = re.search(r"static\s+(?:final\s+)?void\s+main\s*\(", text)
    before = re.findall(r"\b(?:class|record|enum|interface)\s+(\w+)", text[: main.start()]) if main else []
    return before[-1] if before else "Main"


def _imports_first(text: str) -> str:
    """Move import lines to the top, on its first line: a driver may bring its own, after the program's classes."""
    imports = re.findall(r"^\s*import\s+[\w.*]+(?:\s+[\w.*]+)?\s*;", text, re.M)
    for statement in imports:
        text = text.replace(statement, "\n" * statement.count("\n"), 1)
    return " ".join(dict.fromkeys(s.strip() for s in imports)) + " " + text


JAVA = _Java()
