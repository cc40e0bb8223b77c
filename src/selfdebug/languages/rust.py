"""Rust with rustc; the standard library only."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from selfdebug import signature as types
from selfdebug.languages import syntax
from selfdebug.languages.base import Build, Language, driver, executable, raised, rebuilt
from selfdebug.languages.functions import Function, Slot, referred
from selfdebug.outcome import ProgramError


class _Rust(Language):
    name, title, extension, package = "rust", "Rust", ".rs", "rustc"
    aliases = ("rs",)
    tags = "rustlang"
    tools = ("rustc", "cc")
    out_of_memory = ("memory allocation of",)
    hello = 'fn main() { print!("ready"); }'
    grammar = "tree_sitter_rust"
    reserved = (
        "as async await const crate dyn enum extern fn impl in let loop match mod move mut pub ref self"
        " static struct super trait type unsafe use where abstract become box do final macro override priv"
        " typeof unsized virtual yield try"
    )
    simple: Mapping[str, types.Type] = {
        "isize": types.INT64, "usize": types.Integer(64, signed=False), "f64": types.Floating(),
        "f32": types.Floating(32), "bool": types.BOOLEAN, "char": types.CHARACTER, "String": types.TEXT,
        "str": types.TEXT,
        **{f"i{n}": types.Integer(n) for n in (8, 16, 32, 64, 128)},
        **{f"u{n}": types.Integer(n, signed=False) for n in (8, 16, 32, 64, 128)},
    }  # fmt: skip
    generic: Mapping[type[types.Type], str] = {
        types.ListOf: "Vec VecDeque", types.SetOf: "HashSet BTreeSet", types.MapOf: "HashMap BTreeMap",
        types.OptionalOf: "Option",
    }  # fmt: skip
    forms: Mapping[str, str] = {
        "Floating32": "f32", "Floating64": "f64", "Boolean": "bool", "Character": "char", "Text": "String",
        "ListOf": "Vec<{0}>", "SetOf": "HashSet<{0}>", "MapOf": "HashMap<{0}, {1}>", "TupleOf": "({all})",
        "OptionalOf": "Option<{0}>", "ReferenceTo": "{0}", "Nothing": "()", "Unknown": "_",
    }  # fmt: skip

    def readable(self) -> list[str]:
        return [root] if (root := _sysroot()) else []

    def build(self, source: str, driver: str | None) -> Build:
        compiler, _ = map(self.tool, self.tools)
        root = _sysroot()
        text = source if driver is None else f"{source}\n{driver}"
        command = [
            os.path.join(root, "bin", "rustc") if root else compiler, "--edition=2021", "-O", "-A", "warnings", "-C",
            "debuginfo=0", "-C", "strip=symbols", "-C", "codegen-units=1",
        ]  # fmt: skip
        if "#[test]" in text:
            return executable("program.rs", text, [*command, "--test"], "--test-threads=1")
        return executable("program.rs", text, command)

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        compiled = raised(stderr, build, r"^error(?:\[E\d+\])?: (?P<message>.*)", "CompileError")
        if compiled is not None and "panicked at" not in stderr:
            # The types that do not match stand below, where the compiler points.
            first = re.split(r"^error", stderr, maxsplit=2, flags=re.M)[1]
            label = re.search(r"\^[ -]* (?![ -]|help|method not found)(.*`.*)", first)
            if label is None:
                return compiled
            said = re.sub(r"\b(?:struct|enum) (?=`)", "", label[1].strip())  # older ones say so
            return replace(compiled, message=f"{compiled.message}: {said}")
        # Before Rust 1.73 the message comes first, in quotes, and then the place.
        panicked = re.search(r"panicked at '(?P<message>.*?)', (?:\S*/)?program\.rs:(?P<line>\d+)", stderr, re.S)
        panicked = panicked or re.search(
            r"panicked at (?:\S*/)?program\.rs:(?P<line>\d+):\d+:\n(?P<message>.*)", stderr
        )
        return ProgramError("panic", panicked["message"].strip(), int(panicked["line"])) if panicked else None

    def functions(self, source: str) -> list[Function]:
        nodes = [n for n in syntax.walk(syntax.parse(self.grammar, source)) if n.type == "function_item"]
        return [f for f in map(self._function, nodes) if f is not None and f.name != "main"]

    def declare(self, signature: types.Signature) -> str:
        parameters = ", ".join(
            f"{p.name}: {'&mut ' if i in signature.changed else ''}{self.write(p.type)}"
            for i, p in enumerate(signature.parameters)
        )
        returns = "" if signature.is_procedure else f" -> {self.write(signature.returns)}"
        return f"fn {signature.name}({parameters}){returns}"

    def integer(self, bits: int | None, signed: bool) -> str:
        return f"{'i' if signed else 'u'}{bits or 64}"

    def build_call(self, source: str, function: Function, wanted: types.Signature, *, checked: bool = False) -> Build:
        base = self.build("", None)
        main = f"mod program;\n{driver('driver.rs')}\nfn main() {{\n{_calling(function, wanted.changed)}\n}}\n"
        if checked:
            base.compile[1:1] = ["-C", "overflow-checks=on"]
        return rebuilt(base, {"driver.rs": main, "program.rs": self._opened(source, function)}, ["driver.rs"])

    def _opened(self, source: str, function: Function) -> str:
        """The program as a module of the driver's: what is called must be public there."""
        edits = []
        is_defined = False
        for node in syntax.walk(syntax.parse(self.grammar, source)):
            is_owner = node.type in ("struct_item", "enum_item") and syntax.field(node, "name") == function.owner
            is_defined = is_defined or is_owner
            is_called = node.type == "function_item" and node.start_byte == function.start
            if (is_owner or is_called) and not syntax.children(node, "visibility_modifier"):
                edits.append((node.start_byte, node.start_byte, "pub "))
        extra = f"\npub struct {function.owner};" if function.owner and not is_defined else ""
        collections = "" if source.lstrip().startswith("#![") else "use std::collections::*; "
        return f"{collections}{syntax.replaced(source, edits)}{extra}"

    # -- reading ---------------------------------------------------------------------------------------------------

    def _function(self, node: syntax.Node) -> Function | None:
        if node.child_by_field_name("body") is None or node.child_by_field_name("type_parameters") is not None:
            return None
        above = {parent.type: parent for parent in syntax.above(node)}
        if "function_item" in above or "mod_item" in above:
            return None  # inside another function, or a module such as the tests'
        owner = syntax.field(above.get("impl_item"), "type")
        parameters = node.child_by_field_name("parameters")
        if syntax.children(parameters, "self_parameter"):
            return None
        returns = node.child_by_field_name("return_type")
        returned = Slot("", types.NOTHING if returns is None else self._read(returns))
        return self.function_at(node, map(self._slot, syntax.children(parameters, "parameter")), returned, owner=owner)

    def _slot(self, node: syntax.Node) -> Slot:
        name = syntax.field(node, "pattern").removeprefix("mut ").strip()
        kind = node.child_by_field_name("type")
        if kind is None:
            return Slot(name, types.UNKNOWN)
        inner = kind.child_by_field_name("type") if kind.type == "reference_type" else None
        if inner is None:
            native, written = _owned(kind), syntax.text(kind)
            return Slot(name, self._read(kind), native, "vector" if native != written and "&" in written else "")
        changing = bool(syntax.children(kind, "mutable_specifier"))
        of = self._read(inner)
        native = "String" if changing and of == types.TEXT else _owned(inner)
        passing = f"{'&mut ' if changing else '&'}{'inner' if '&' in syntax.text(inner) else ''}"
        length = syntax.field(inner, "length") if inner.type == "array_type" else ""  # [i32; 3]
        return Slot(name, of, native, passing, referred(of) if changing else None, sizes=(length,) if length else ())

    def _read(self, node: syntax.Node | None) -> types.Type:
        match node and node.type:
            case "reference_type":
                return self._read(syntax.child(node, "type"))
            case "array_type":
                return types.ListOf(self._read(syntax.child(node, "element")))
            case "tuple_type":
                return types.TupleOf(tuple(map(self._read, syntax.children(node))))
            case "unit_type":
                return types.NOTHING
            case "generic_type":
                arguments = [self._read(a) for a in syntax.children(syntax.child(node, "type_arguments"))]
                if _name(node) in ("Box", "Result") and arguments:
                    return arguments[0]
                return self.read_generic(_name(node), arguments)
        return self.simple.get(syntax.text(node).split("::")[-1], types.UNKNOWN)


@cache
def _sysroot() -> str | None:
    """The toolchain's folder: behind rustup, ``rustc`` on the PATH is a proxy that a sandbox cannot use."""
    try:
        shown = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return shown.stdout.strip()


def _calling(function: Function, changed: tuple[int, ...]) -> str:
    """The driver's statements: take the arguments, call, put what was given."""
    lines = [
        'let text = std::fs::read_to_string("arguments").unwrap();',
        "let list: Vec<String> = text.split_whitespace().skip(1).map(String::from).collect();",
        "let words = &mut Words(list.into_iter());",
        "let mut out = String::new();",
    ]
    passed, after = [], []
    for index, slot in enumerate(function.slots):
        lines.append(f"let mut argument{index}: {slot.native} = Take::take(words);")
        after.append(f"argument{index}")
        if slot.passing.endswith("inner"):  # a slice of texts, whose owner must live as long
            lines.append(f"let mut inner{index}: Vec<_> = argument{index}.iter().map(|i| i.as_ref()).collect();")
            passed.append(f"{slot.passing}{index}")
            after[-1] = f"inner{index}"
        elif slot.passing == "vector":
            passed.append(f"argument{index}.iter().map(|i| i.as_ref()).collect()")
        else:
            passed.append(f"{slot.passing}argument{index}")
    owner = f"{function.owner}::" if function.owner else ""
    call = f"program::{owner}{function.name}({', '.join(passed)})"
    lines.append(f"{call};" if function.is_procedure else f"Put::put(&{call}, &mut out);")
    lines += [f"Put::put(&{after[i]}, &mut out);" for i in changed]
    lines.append('out.push_str("end\\n");\nstd::fs::write("result", out).unwrap();\nstd::process::exit(0);')
    return "\n".join(lines)


def _owned(node: syntax.Node | None) -> str:
    """The type that owns what a borrowed type refers to: ``String`` for ``&str``, ``Vec<i32>`` for ``&[i32]``."""
    match node and node.type:
        case "reference_type":
            return _owned(syntax.child(node, "type"))
        case "array_type" if syntax.child(node, "length") is None:
            return f"Vec<{_owned(syntax.child(node, 'element'))}>"
        case "generic_type":
            arguments = syntax.children(syntax.child(node, "type_arguments"))
            return f"{_name(node)}<{', '.join(map(_owned, arguments))}>"
    return "String" if syntax.text(node) == "str" else syntax.text(node)


def _name(node: syntax.Node | None) -> str:
    return syntax.field(node, "type").split("::")[-1]


RUST = _Rust()
