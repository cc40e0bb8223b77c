"""JavaScript with Node. The types of its functions come from a JSDoc comment, if there is one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from selfdebug import signature as types
from selfdebug.languages import syntax, usage
from selfdebug.languages.base import Build, Language, driver, raised
from selfdebug.languages.functions import Function, Slot, in_place
from selfdebug.outcome import ProgramError

# Node's own console.assert only prints; a driver that uses it must fail.
_STRICT_ASSERT = (
    "console.assert = (value, ...rest) => { if (!value) throw new Error(['Assertion failed', ...rest].join(' ')); };"
)
_FUNCTIONS = ("function_declaration", "generator_function_declaration")
_VALUES = ("arrow_function", "function_expression", "function")
_EXPORT = r"^export\s+(?:default\s+(?=function|class|async)|(?=const|let|var|function|class|async))"
_USAGE = usage.Usage(
    member=("member_expression", "object", "property"),
    index=("subscript_expression", "object", "index"),
    loop=("for_in_statement", "left", "right"),
    methods={
        types.TEXT: (
            "toUpperCase toLowerCase split charAt charCodeAt codePointAt trim substring substr replace"
            " replaceAll startsWith endsWith padStart padEnd repeat match"
        ),
        types.ListOf(types.UNKNOWN): (
            "push pop shift unshift sort map filter reduce forEach splice reverse join every some find"
            " findIndex flat fill"
        ),
        usage.MAP: "get set entries",
        types.SetOf(types.UNKNOWN): "add",
    },
    functions={
        "keys": (usage.MAP,), "values": (usage.MAP,), "entries": (usage.MAP,), "fromCharCode": (types.INTEGER,),
    },
    defaults={
        "number": types.INTEGER, "string": types.TEXT, "template_string": types.TEXT, "true": types.BOOLEAN,
        "false": types.BOOLEAN, "array": types.ListOf(types.UNKNOWN), "object": usage.MAP,
    },
)  # fmt: skip


class _JavaScript(Language):
    name, title, extension, package = "javascript", "JavaScript", ".js", "nodejs"
    aliases, other_extensions = ("js", "node"), (".mjs", ".cjs")
    tags = "nodejs node.js jsx mjs cjs ecmascript es"
    tools = ("node",)
    memory_limit = "RLIMIT_DATA"
    environment: Mapping[str, str] = {"UV_THREADPOOL_SIZE": "2", "OPENSSL_CONF": "/dev/null"}
    out_of_memory = ("JavaScript heap out of memory", "Array buffer allocation failed", "Invalid array length")
    hello = 'console.log("ready")'
    is_compiled = is_typed = False
    type_combinations = 20
    exact_bits = 53
    grammar = "tree_sitter_javascript"
    reserved = (
        "await catch class const debugger default delete enum export extends finally function import in"
        " instanceof let new null super this throw try typeof var void with yield arguments eval static"
    )
    simple: Mapping[str, types.Type] = {  # a "number" is unknown: JavaScript does not say whether it is whole
        "integer": types.INTEGER, "int": types.INTEGER, "bigint": types.INTEGER, "string": types.TEXT,
        "boolean": types.BOOLEAN, "bool": types.BOOLEAN, "void": types.NOTHING, "undefined": types.NOTHING,
        "null": types.NOTHING, "float": types.FLOATING, "double": types.FLOATING, "String": types.TEXT,
        "Boolean": types.BOOLEAN,
    }  # fmt: skip
    generic: Mapping[type[types.Type], str] = {
        types.ListOf: "Array",
        types.SetOf: "Set",
        types.MapOf: "Map Object Record",
    }
    forms: Mapping[str, str] = {
        "Integer": "number", "Floating32": "number", "Floating64": "number", "Boolean": "boolean",
        "Character": "string", "Text": "string", "ListOf": "{0}[]", "ReferenceTo": "{0}[]", "SetOf": "Set<{0}>",
        "MapOf": "Map<{0}, {1}>", "TupleOf": "[{all}]", "OptionalOf": "{0} | null", "Nothing": "void", "Unknown": "*",
    }  # fmt: skip
    variable_form = changed_text_form = "an array"

    def build(self, source: str, driver: str | None) -> Build:
        return Build(
            files={"program.js": source if driver is None else f"{source}\n{_STRICT_ASSERT}\n{driver}"},
            main="program.js",
            run=[self.tool("node"), "--max-old-space-size=512", "--stack-size=4000", "program.js"],
        )

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        pattern = r"^(?:Uncaught )?(?P<kind>\w*(?:Error|Exception))(?: \[\w+\])?(?:: (?P<message>.*))?$"
        thrown = r"^(?P<message>.*)\n\(Use `node --trace-uncaught"  # what is no error has no name and no stack
        return raised(stderr, build, pattern) or raised(stderr, build, thrown, "Uncaught")

    def functions(self, source: str) -> list[Function]:
        functions = []
        for top in syntax.parse(self.grammar, source).named_children:
            node = top.child_by_field_name("declaration") or top if top.type == "export_statement" else top
            if node.type in _FUNCTIONS:
                functions.append(self._function(node, syntax.field(node, "name"), top))
            for declared in syntax.children(node, "variable_declarator"):
                value = declared.child_by_field_name("value")
                if value is not None and value.type in _VALUES:
                    functions.append(self._function(value, syntax.field(declared, "name"), top))
        return [f for f in functions if f.name and f.name != "main"]

    def declare(self, signature: types.Signature) -> str:
        lines = [f" * @param {{{self.write(p.type)}}} {p.name}" for p in signature.parameters]
        lines.append(f" * @returns {{{self.write(signature.returns)}}}")
        names = ", ".join(p.name for p in signature.parameters)
        return "\n".join(["/**", *lines, " */", f"function {signature.name}({names})"])

    def form(self, of: types.Type, inner: Iterable[str]) -> str:
        is_list = isinstance(of, (types.ListOf, types.ReferenceTo))
        return super().form(of, [f"({part})" if is_list and "|" in part else part for part in inner])

    def build_call(self, source: str, function: Function, wanted: types.Signature, *, checked: bool = False) -> Build:
        own = driver(
            "driver.js",
            CALLED=function.name,
            CHANGED=json.dumps(list(wanted.changed)),
            RETURNS=json.dumps(not wanted.is_procedure),
            ARITY=str(len(function.slots)),
            PLAIN_MAPS=json.dumps("Map" not in source),
        )
        build = self.build(source, None)
        return replace(build, files={build.main: f"{re.sub(_EXPORT, '', source, flags=re.M)}\n;{own}"})

    # -- reading ---------------------------------------------------------------------------------------------------

    def _function(self, node: syntax.Node, name: str, top: syntax.Node) -> Function:
        documented, body = self._documented(top), node.child_by_field_name("body")
        single = node.child_by_field_name("parameter")
        slots = []
        for child in [single] if single is not None else syntax.children(node.child_by_field_name("parameters")):
            if child.type not in ("comment", "rest_pattern"):
                inner = child.child_by_field_name("left") if child.type == "assignment_pattern" else child
                own, default = syntax.text(inner), child.child_by_field_name("right")
                of = documented.get(own, types.UNKNOWN)
                slots.append(Slot(own, of, output=in_place(of), likely=_USAGE.suggested(body, own, default)))
        returns = documented.get("", types.UNKNOWN)
        if "" not in documented and body is not None and body.type == "statement_block":
            is_value = syntax.returns_a_value(body, (*_FUNCTIONS, *_VALUES, "class_declaration"))
            returns = types.UNKNOWN if is_value else types.NOTHING
        function = self.function_at(node, slots, Slot("", returns), name=name)
        head = f"{name}({', '.join(slot.name for slot in slots)})"
        # Defaults of parameters make calls too.
        return replace(function, text=head, calls=syntax.called(node, *self.call))

    def _documented(self, node: syntax.Node) -> dict[str, types.Type]:
        """Types by parameter, and of the returned value by the empty name, from the comment above a function."""
        comment = node.prev_named_sibling
        if comment is None or comment.type != "comment" or not syntax.text(comment).startswith("/**"):
            return {}
        tags = re.findall(r"@(param|returns?)\s*\{([^\n]*?)\}(?:\s+\[?([\w$]+))?", syntax.text(comment))
        return {"" if tag.startswith("return") else name: self._read(of.strip()) for tag, of, name in tags}

    def _read(self, text: str) -> types.Type:
        """A JSDoc type. No grammar of tree-sitter's reads these."""
        text = text.strip()
        while text.startswith("(") and text.endswith(")"):
            text = text[1:-1].strip()
        sides = _split(text, "|")
        if len(sides) > 1 or text.startswith("?"):
            known = [s for s in (sides if len(sides) > 1 else [text[1:]]) if s not in ("null", "undefined")]
            return types.OptionalOf(self._read(known[0])) if len(known) == 1 else types.UNKNOWN
        if text.endswith("[]"):
            return types.ListOf(self._read(text[:-2]))
        if text.startswith("[") and text.endswith("]"):
            return types.TupleOf(tuple(map(self._read, _split(text[1:-1], ","))))
        generic = re.fullmatch(r"(\w+)\.?<(.*)>", text)
        if generic is None:
            return self.simple.get(text, types.UNKNOWN)
        return self.read_generic(generic[1], [self._read(part) for part in _split(generic[2], ",")])


def _split(text: str, separator: str) -> list[str]:
    """Split at separators outside brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "<[({") - (character in ">])}")
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


JAVASCRIPT = _JavaScript()
