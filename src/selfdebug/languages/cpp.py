"""C++, compiled with g++."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from selfdebug import signature as types
from selfdebug.languages import syntax
from selfdebug.languages.base import Build, Language, driver, executable, first_error, rebuilt
from selfdebug.languages.functions import Function, Slot, referred
from selfdebug.outcome import ProgramError

_WORDS = frozenset(["unsigned", "signed", "long", "short", "double", "char", "int"])
# Without optimisation, so that a variable without a value has the one that its memory was filled with.
_CHECKS = [
    "-O0", "-fsanitize=address,undefined,float-divide-by-zero,float-cast-overflow", "-fno-sanitize-recover=all",
    "-D_GLIBCXX_ASSERTIONS", "-fno-omit-frame-pointer",
]  # fmt: skip


class _Cpp(Language):
    name, title, extension, package = "cpp", "C++", ".cpp", "g++"
    aliases, other_extensions = ("c++", "cxx"), (".cc", ".cxx", ".c++", ".hpp")
    tags = "cc c h hh hpp hxx gnu++ gcc g++"
    tools = ("g++",)
    out_of_memory = ("std::bad_alloc",)
    hello = '#include <iostream>\nint main() { std::cout << "ready"; }'
    grammar = "tree_sitter_cpp"
    reserved = (
        "and asm auto bool bitand bitor catch char class compl const delete double explicit export extern"
        " float friend inline int long mutable namespace new not operator or private protected public register"
        " short signed sizeof static struct template this throw try typedef typename union unsigned using"
        " virtual void volatile xor goto enum default"
    )
    simple: Mapping[str, types.Type] = {
        "bool": types.BOOLEAN, "char": types.CHARACTER, "string": types.TEXT, "string_view": types.TEXT,
        "float": types.Floating(32), **dict.fromkeys(("double", "long double"), types.FLOATING), "void": types.NOTHING,
        **dict.fromkeys(("int", "signed"), types.INT32), "unsigned": types.Integer(32, signed=False),
        **dict.fromkeys(("long", "ssize_t", "ll", "lli"), types.INT64),
        **dict.fromkeys(("unsigned long", "size_t", "ull", "ulli"), types.Integer(64, signed=False)),
        "short": types.Integer(16), "unsigned short": types.Integer(16, signed=False),
        "signed char": types.Integer(8), "unsigned char": types.Integer(8, signed=False),
        **{f"int{n}_t": types.Integer(n) for n in (8, 16, 32, 64)},
        **{f"uint{n}_t": types.Integer(n, signed=False) for n in (8, 16, 32, 64)},
    }  # fmt: skip
    generic: Mapping[type[types.Type], str] = {
        types.ListOf: "vector deque list array", types.SetOf: "set unordered_set", types.MapOf: "map unordered_map",
        types.TupleOf: "pair tuple", types.OptionalOf: "optional",
    }  # fmt: skip
    forms: Mapping[str, str] = {
        "Floating32": "float", "Floating64": "double", "Boolean": "bool", "Character": "char", "Text": "std::string",
        "ListOf": "std::vector<{0}>", "SetOf": "std::set<{0}>", "MapOf": "std::map<{0}, {1}>",
        "PairOf": "std::pair<{all}>", "TupleOf": "std::tuple<{all}>", "OptionalOf": "std::optional<{0}>",
        "ReferenceTo": "{0}", "Nothing": "void", "Unknown": "auto",
    }  # fmt: skip

    def build(self, source: str, driver: str | None) -> Build:
        text = source if driver is None else f"{source}\n{driver}"
        return executable("program.cpp", text, [self.tool("g++"), "-std=c++17", "-O2", "-w"])

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        compiled = first_error(stderr, build, r"{file}:(?P<line>\d+)(?::\d+)?: (?:fatal )?error: (?P<message>.*)")
        if compiled is not None:
            return compiled
        # An error inside of a library's template is the program's where it asks for the template.
        asked = first_error(stderr, build, r"{file}:(?P<line>\d+)(?::\d+)?:   required from (?P<message>here)")
        inside = re.search(r": error: (.*)", stderr)
        if asked is not None and inside is not None:
            return replace(asked, message=inside[1].strip())
        if "undefined reference to" in stderr:
            names = sorted({part.split("'")[0] for part in stderr.split("undefined reference to `")[1:]})
            return ProgramError("LinkError", f"undefined reference to {', '.join(names)}")
        thrown = re.search(r"terminate called after throwing an instance of '(.*)'(?:\n  what\(\):  (.*))?", stderr)
        if thrown is not None:
            return ProgramError(thrown[1].removeprefix("std::"), (thrown[2] or "").strip())
        return first_error(stderr, build, r"{file}:(?P<line>\d+): .*(?P<message>Assertion .* failed)", "AssertionError")

    def functions(self, source: str) -> list[Function]:
        aliases = _aliases(source)
        nodes = [n for n in syntax.walk(syntax.parse(self.grammar, source)) if n.type == "function_definition"]
        return [f for n in nodes if (f := self._function(n, aliases)) is not None and f.name != "main"]

    def declare(self, signature: types.Signature) -> str:
        parameters = [
            f"{self.write(p.type)}{'&' if i in signature.changed else ''} {p.name}"
            for i, p in enumerate(signature.parameters)
        ]
        return f"{self.write(signature.returns)} {signature.name}({', '.join(parameters)})"

    def integer(self, bits: int | None, signed: bool) -> str:
        if bits in (8, 16):
            return f"{'' if signed else 'u'}int{bits}_t"
        return f"{'' if signed else 'unsigned '}{'int' if bits == 32 else 'long long'}"

    def build_call(self, source: str, function: Function, wanted: types.Signature, *, checked: bool = False) -> Build:
        # A source that never says std:: was cut out of one that did not have to.
        lenient = "" if "std::" in source or "using namespace std" in source else "using namespace std;\n"
        main = (
            f'#include "driver.hpp"\n{lenient}#define main program_main\n#include "program.cpp"\n#undef main\n'
            f"signed main() {{\n{_calling(function, wanted.changed)}}}\n"
        )
        files = {"driver.cpp": main, "driver.hpp": driver("driver.hpp"), "program.cpp": source}
        build = rebuilt(self.build(source, None), files, ["driver.cpp"])
        if not checked:
            return build
        compiler, *options = [part for part in build.compile if part != "-O2"]
        # Address checks reserve terabytes.
        return replace(build, compile=[compiler, *_CHECKS, *options], memory_limit="RLIMIT_RSS")

    # -- reading ---------------------------------------------------------------------------------------------------

    def _function(self, node: syntax.Node, aliases: dict[str, str]) -> Function | None:
        declarator, pointers = node.child_by_field_name("declarator"), 0
        while declarator is not None and declarator.type in ("pointer_declarator", "reference_declarator"):
            pointers += declarator.type == "pointer_declarator"
            declarator = declarator.child_by_field_name("declarator") or next(reversed(declarator.named_children), None)
        if declarator is None or declarator.type != "function_declarator":
            return None
        name, parent, body = syntax.field(declarator, "declarator"), node.parent, node.child_by_field_name("body")
        if body is None or not name or (parent is not None and parent.type == "template_declaration"):
            return None
        is_member = parent is not None and parent.type == "field_declaration_list"
        owner = syntax.field(parent and parent.parent, "name") if is_member else ""
        returned, native = self._read(node.child_by_field_name("type"), aliases)
        if pointers:
            returned = types.TEXT if returned == types.CHARACTER and pointers == 1 else types.UNKNOWN
        listed = declarator.child_by_field_name("parameters")
        kinds = "parameter_declaration", "optional_parameter_declaration"
        slots = [self._slot(p, aliases, body) for p in syntax.children(listed, *kinds)]
        if len(slots) == 1 and slots[0].native == "void":
            slots = []
        is_static = any(syntax.text(c) == "static" for c in syntax.children(node, "storage_class_specifier"))
        return self.function_at(node, slots, Slot("", returned, native), name=name, owner=owner, is_static=is_static)

    def _slot(self, node: syntax.Node, aliases: dict[str, str], body: syntax.Node) -> Slot:
        of, native = self._read(node.child_by_field_name("type"), aliases)
        constant = any(syntax.text(c) == "const" for c in syntax.children(node, "type_qualifier"))
        name, levels = _levels(node.child_by_field_name("declarator"))

        def slot(meant: types.Type, passing: str, *sizes: str, output: types.Type | None = None) -> Slot:
            """What is meant is what changes, if no other output is given, unless it is constant."""
            known = tuple("" if size == "*" else size for size in sizes)
            return Slot(name, meant, native, passing, None if constant else output or meant, sizes=known)

        match levels:
            case [] | ["&"] | ["&&"]:
                output = None if constant or levels != ["&"] else referred(of)
                fixed = re.search(r"\barray<.*,\s*(\w+)\s*>$", native)
                passing = "move" if levels == ["&&"] else ""
                return Slot(name, of, native, passing, output, sizes=(fixed[1],) if fixed else ())
            case ["&", size] if size not in ("*", ""):  # int (&row)[3]
                return slot(types.ListOf(of), f"array {size}", size)
            case ["*"] if of != types.NOTHING and _points_at_one(body, name):
                return slot(of, "address", output=referred(of))
            case [size] if of == types.CHARACTER:
                return slot(types.TEXT, "pointer", output=types.ListOf(of))
            case [size] if of != types.NOTHING:
                return slot(types.ListOf(of), "pointer", size)
            case [size, "*"] if of == types.CHARACTER:
                return slot(types.ListOf(types.TEXT), "constant texts" if constant else "texts", size)
            case [size, inner] if of != types.NOTHING and "&" not in size and inner != "":
                passing = "rows" if inner == "*" else f"table {inner}"
                return slot(types.ListOf(types.ListOf(of)), passing, size, inner)
        return Slot(name, types.UNKNOWN, native)

    def _read(self, node: syntax.Node | None, aliases: dict[str, str]) -> tuple[types.Type, str]:
        """A type's meaning, and how it is written without const and references."""
        if node is None:
            return types.UNKNOWN, ""
        native = " ".join(syntax.text(node).split())
        match node.type:
            case "type_descriptor" if node.child_by_field_name("declarator") is not None:
                return types.UNKNOWN, syntax.text(node)
            case "type_descriptor":
                return self._read(node.child_by_field_name("type"), aliases)
            case "qualified_identifier":
                of, inner = self._read(node.child_by_field_name("name"), aliases)
                return of, f"{syntax.field(node, 'scope')}::{inner}"
            case "template_type":
                arguments = syntax.children(node.child_by_field_name("arguments"), "type_descriptor")
                read = [self._read(a, aliases)[0] for a in arguments]
                return self.read_generic(syntax.field(node, "name"), read), native
        return self._number(aliases.get(native, native)), native

    def _number(self, name: str) -> types.Type:
        words = [w for w in name.removeprefix("std::").split() if w != "const"]
        if len(words) > 1 and set(words) <= _WORDS:  # long long int, unsigned int, int unsigned
            sign = "unsigned" if "unsigned" in words else "signed" if "char" in words and "signed" in words else ""
            size = next((w for w in ("char", "short", "double", "long") if w in words), "")
            return self.simple[f"{sign} {size}".strip() or "int"]
        return self.simple.get(" ".join(words), types.UNKNOWN)


def _aliases(source: str) -> dict[str, str]:
    """Names for number types that the source defines: ``typedef long long ll``, ``#define ll long long``."""
    aliases = dict(re.findall(r"^\s*#define\s+(\w+)\s+((?:unsigned |long |int|double|signed )+)\s*$", source, re.M))
    aliases |= {name: of for of, name in re.findall(r"\btypedef\s+((?:\w+\s+)+)(\w+)\s*;", source)}
    aliases |= dict(re.findall(r"\busing\s+(\w+)\s*=\s*((?:\w+\s*)+);", source))
    return {name: of.strip() for name, of in aliases.items()}


def _levels(declarator: syntax.Node | None) -> tuple[str, list[str]]:
    """A declarator's name, and what stands around it, from the name outwards: ``*``, ``&``, ``&&``, an array's size."""
    levels = []
    while declarator is not None and declarator.type != "identifier":
        if "array" in declarator.type:
            levels.append(syntax.text(declarator.child_by_field_name("size")))
        elif "pointer" in declarator.type:
            levels.append("*")
        elif "reference" in declarator.type:
            levels.append("&&" if syntax.text(declarator).startswith("&&") else "&")
        inner = declarator.child_by_field_name("declarator")
        declarator = inner or next(
            (c for c in declarator.named_children if c.type.endswith("declarator") or c.type == "identifier"), None
        )
    return syntax.text(declarator), levels[::-1]


def _points_at_one(body: syntax.Node, name: str) -> bool:
    """Whether a pointer is that of one variable: it is followed as it is, and never moved or indexed."""
    followed = False
    for node in syntax.walk(body):
        parent = node.parent
        if node.type != "identifier" or parent is None or syntax.text(node) != name:
            continue
        operator = syntax.text(parent.child_by_field_name("operator"))
        if (parent.type == "pointer_expression" and operator == "*") or (
            parent.type == "field_expression" and operator == "->"
        ):
            followed = True
        elif (
            parent.type in ("subscript_expression", "update_expression")
            or (parent.type == "assignment_expression" and parent.child_by_field_name("left") == node)
            or (parent.type == "binary_expression" and operator not in ("==", "!=", "&&", "||"))
        ):
            return False
    return followed


# -- calling -------------------------------------------------------------------------------------------------------


def _calling(function: Function, changed: tuple[int, ...]) -> str:
    """The driver's statements: take the arguments, call, put what was given."""
    lines = ["using namespace selfdebug_calls;", "const int paint_byte = take_conditions();"]
    passed, after = [], []
    for index, slot in enumerate(function.slots):
        own = given = f"argument{index}"
        lines.append(f"auto {own} = take<{_storage(slot)}>();")
        if slot.passing in ("pointer", "rows", "texts", "constant texts"):
            given = f"pointer{index}"
            lines.append(f"auto {given} = {own}.data();")
            if slot.passing == "constant texts":
                given = f"const_cast<const char**>({given})"
        elif slot.passing.startswith(("table ", "array ")):
            kind, size = slot.passing.split(" ", 1)
            given = f"pointer{index}"
            lines.append(f"auto {given} = reinterpret_cast<{slot.native} (*)[{size}]>({own}.data());")
            given = f"*{given}" if kind == "array" else given
        elif slot.passing == "address":
            given = f"&{own}"
        elif slot.passing == "move":
            given = f"std::move({own})"
        passed.append(given)
        after.append(own)
    owner = f"{function.owner}()." if function.owner and not function.is_static else f"{function.owner}::"
    call = f"{owner}{function.name}({', '.join(passed)})"
    lines += ["paint(paint_byte);", f"{call};" if function.is_procedure else f"put({call});"]
    lines += [f"put({after[i]});" for i in changed]
    return "\n".join([*lines, "finish();", ""])


def _storage(slot: Slot) -> str:
    match slot.passing.split(" "):
        case ["pointer"]:
            return "Characters" if slot.native == "char" else f"Buffer<{slot.native}>"
        case ["rows"]:
            return f"Rows<{slot.native}>"
        case ["texts"] | ["constant", "texts"]:
            return "Texts"
        case ["array", *_]:
            return f"Buffer<{slot.native}>"
        case ["table", *size]:
            return f"Buffer<std::array<{slot.native}, {' '.join(size)}>>"
    return slot.native


CPP = _Cpp()
