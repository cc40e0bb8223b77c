"""Go; the standard library, and whatever Debian's packages put into its GOPATH."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from selfdebug import signature as types
from selfdebug.languages import syntax
from selfdebug.languages.base import Build, Language, driver, executable, first_error, raised, rebuilt
from selfdebug.languages.functions import Function, Slot, in_place, referred
from selfdebug.outcome import ProgramError


class _Go(Language):
    name, title, extension, package = "go", "Go", ".go", "golang-go"
    aliases = ("golang",)
    tools = ("go",)
    memory_limit = "RLIMIT_DATA"
    environment: Mapping[str, str] = {
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": "{scratch}/gocache",
        "GOFLAGS": "-p=2",
        "CGO_ENABLED": "0",
        "GOTELEMETRY": "off",
        "GOMAXPROCS": "2",
    }
    out_of_memory = ("out of memory", "cannot allocate memory")
    hello = 'package main\nimport "fmt"\nfunc main() { fmt.Print("ready") }'
    wraps_silently = True
    imports_first = True
    grammar = "tree_sitter_go"
    reserved = (
        "chan const default defer fallthrough func go goto import interface map package range select struct type var"
    )
    simple: Mapping[str, types.Type] = {
        "int": types.INT64, "uint": types.Integer(64, signed=False), "float64": types.Floating(),
        "float32": types.Floating(32), "bool": types.BOOLEAN, "string": types.TEXT, "rune": types.CHARACTER,
        "byte": types.CHARACTER,
        **{f"int{n}": types.Integer(n) for n in (8, 16, 32, 64)},
        **{f"uint{n}": types.Integer(n, signed=False) for n in (8, 16, 32, 64)},
    }  # fmt: skip
    forms: Mapping[str, str] = {
        "Floating32": "float32", "Floating64": "float64", "Boolean": "bool", "Character": "rune", "Text": "string",
        "ListOf": "[]{0}", "SetOf": "map[{0}]struct{{}}", "MapOf": "map[{0}]{1}", "OptionalOf": "*{0}",
        "ReferenceTo": "*{0}", "Nothing": "", "Unknown": "interface{{}}",
    }  # fmt: skip

    def readable(self) -> list[str]:
        compiler = shutil.which("go")
        return [str(Path(compiler).resolve().parents[1])] if compiler else []

    def build(self, source: str, driver: str | None) -> Build:
        as_test = driver is not None and "func Test" in driver
        text = source if driver is None else _imports_first(f"{source}\n{driver}")
        if not re.search(r"^\s*package\s", text, re.M):
            text = f"package main; {text}"
        compiler = os.path.realpath(self.tool("go"))  # a sandbox may not see the link that is on the PATH
        if as_test:
            return executable("program_test.go", text, [compiler, "test", "-c"])
        return executable("program.go", text, [compiler, "build"])

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        return raised(stderr, build, r"^(?:panic|fatal error): (?P<message>.*)", "panic") or first_error(
            stderr, build, r"{file}:(?P<line>\d+)(?::\d+)?: (?P<message>.*)"
        )

    def functions(self, source: str) -> list[Function]:
        nodes = [n for n in syntax.parse(self.grammar, source).children if n.type == "function_declaration"]
        functions = [self._function(n) for n in nodes if not syntax.children(n, "type_parameter_list")]
        return [f for f in functions if f.name not in ("main", "init")]

    def declare(self, signature: types.Signature) -> str:
        parameters = ", ".join(
            f"{p.name} {'*' if i in signature.resized else ''}{self.write(p.type)}"
            for i, p in enumerate(signature.parameters)
        )
        returns = signature.returns
        several = isinstance(returns, types.TupleOf)
        written = f"({', '.join(map(self.write, types.parts(returns)))})" if several else self.write(returns)
        return f"func {signature.name}({parameters}) {written}".rstrip()

    def write(self, of: types.Type) -> str:
        if isinstance(of, types.TupleOf):
            return f"struct{{ {'; '.join(f'V{i} {self.write(e)}' for i, e in enumerate(of.elements))} }}"
        return super().write(of)

    def integer(self, bits: int | None, signed: bool) -> str:
        # Go's int holds what 32 bits hold; unsigned arithmetic wraps at its own width.
        return "int" if signed and bits in (None, 32, 64, 128) else f"{'' if signed else 'u'}int{bits or 64}"

    def build_call(self, source: str, function: Function, wanted: types.Signature, *, checked: bool = False) -> Build:
        base = self.build(self._adjusted(source), None)
        returned = function.returns.type
        own = driver(
            "driver.go",
            SELFDEBUG_CALLED=function.name,
            SELFDEBUG_CHANGED=", ".join(map(str, wanted.changed)),
            SELFDEBUG_SHAPES=_shapes(returned.elements if isinstance(returned, types.TupleOf) else [returned]),
            SELFDEBUG_ARGUMENTS=_shapes(slot.type for slot in function.slots),
        )
        return rebuilt(base, {**base.files, "driver.go": own}, [base.main, "driver.go"])

    def _adjusted(self, source: str) -> str:
        """With the program's own main out of the way, and imports that it does not use allowed."""
        edits = []
        for node in syntax.walk(syntax.parse(self.grammar, source)):
            name = node.child_by_field_name("name")
            if node.type == "function_declaration" and name is not None and syntax.text(name) == "main":
                edits.append((name.start_byte, name.end_byte, "programMain"))
            elif node.type == "import_spec" and name is None:
                path = syntax.field(node, "path").strip('"`')
                if not re.search(rf"\b{re.escape(path.split('/')[-1])}\.", source):
                    edits.append((node.start_byte, node.start_byte, "_ "))
        return syntax.replaced(source, edits)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _function(self, node: syntax.Node) -> Function:
        listed = syntax.children(node.child_by_field_name("parameters"))
        slots = [self._slot(syntax.text(n), p) for p in listed for n in p.children_by_field_name("name")]
        result = node.child_by_field_name("result")
        returned = types.NOTHING if result is None else self._read(result)
        if result is not None and result.type == "parameter_list":
            several = tuple(self._read(c.child_by_field_name("type")) for c in syntax.children(result))
            returned = several[0] if len(several) == 1 else types.TupleOf(several)
        return self.function_at(node, slots, Slot("", returned))

    def _slot(self, name: str, node: syntax.Node) -> Slot:
        kind = node.child_by_field_name("type")
        of = self._read(kind)
        if node.type == "variadic_parameter_declaration":
            return Slot(name, types.ListOf(of), output=types.ListOf(of))
        if kind is not None and kind.type == "array_type":  # a copy
            return Slot(name, of, sizes=(syntax.field(kind, "length"),))
        if isinstance(of, types.OptionalOf):
            # What a pointer points at; where that is a list or a map, the pointer is there to exchange it.
            of = of if in_place(of.element) is None else of.element
            return Slot(name, of, output=referred(of.element if isinstance(of, types.OptionalOf) else of))
        return Slot(name, of, output=in_place(of))

    def _read(self, node: syntax.Node | None) -> types.Type:
        match node and node.type:
            case "slice_type" | "array_type":
                return types.ListOf(self._read(syntax.child(node, "element")))
            case "map_type":
                key = self._read(syntax.child(node, "key"))
                if syntax.field(node, "value") == "struct{}":
                    return types.SetOf(key)
                return types.MapOf(key, self._read(syntax.child(node, "value")))
            case "pointer_type":
                return types.OptionalOf(self._read(syntax.children(node)[0]))
        return self.simple.get(syntax.text(node), types.UNKNOWN)


def _shapes(of: Iterable[types.Type]) -> str:
    return ", ".join(json.dumps(_shape(t)) for t in of)


def _shape(of: types.Type) -> str:
    """Whether the numbers in a value are characters, which Go's own types do not say."""
    inner = types.parts(of)
    return "character" if of == types.CHARACTER or (inner and _shape(inner[-1]) == "character") else ""


_IMPORTS = re.compile(r"^import\s*(?:\((?P<block>[^)]*)\)|(?P<single>(?:[\w.]+[ \t]+)?\"[^\"\n]+\"))[ \t]*;?", re.M)
_PACKAGE = re.compile(r"^[ \t]*package[ \t]+\w+[ \t]*;?", re.M)
_USUAL = ("bytes", "fmt", "math", "math/rand", "regexp", "sort", "strconv", "strings", "time")


def _imports_first(text: str) -> str:
    """Put imports on the first line: a driver may bring its own, after the program's functions.

    Those that are not used would be errors, and are left out; usual packages that are used are imported.
    """
    written: list[str] = []
    for match in _IMPORTS.finditer(text):
        specs = re.split(r"[\n;]", match["block"]) if match["block"] is not None else [match["single"]]
        written += [" ".join(spec.split("//")[0].split()) for spec in specs]
    for expression in (_IMPORTS, _PACKAGE):
        text = expression.sub(lambda match: "\n" * match[0].count("\n"), text)
    names = {spec: _name(spec) for spec in written if spec}
    names |= {f'"{path}"': _name(f'"{path}"') for path in _USUAL if _name(f'"{path}"') not in names.values()}
    used = [s for s, name in names.items() if name in ("_", ".") or re.search(rf"\b{re.escape(name)}\.\w", text)]
    return f"package main; import ({'; '.join(used)}); {text}" if used else f"package main; {text}"


def _name(spec: str) -> str:
    """The name by which a program uses an import."""
    return spec.split()[0] if " " in spec else spec.strip('"').rsplit("/", 1)[-1]


GO = _Go()
