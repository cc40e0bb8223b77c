"""What the engine must know of a language: its toolchain, how functions are written and called, how code looks."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources

from selfdebug.languages import syntax
from selfdebug.languages.errors import SignatureError, ToolchainMissingError
from selfdebug.languages.functions import Function, Slot
from selfdebug.languages.structure import Structure, structure_by_grammar
from selfdebug.outcome import ProgramError
from selfdebug.signature import UNKNOWN, Floating, Integer, MapOf, Signature, TupleOf, Type, parts


@dataclass(frozen=True)
class Build:
    """A program and its driver, laid out as files.

    Attributes:
        files: path in the scratch folder → text.
        compile: command that compiles them, if the language is compiled.
        run: command that runs the result.
        outputs: files or folders that the compiler makes and a run needs.
        first_line: lines in the main file before the program's first.
        main: the file that holds the program.
        memory_limit: which resource limit bounds its memory, if not the language's own.
    """

    files: Mapping[str, str]
    run: list[str]
    main: str
    compile: list[str] = field(default_factory=list)
    outputs: tuple[str, ...] = ()
    first_line: int = 0
    memory_limit: str | None = None


class Language:
    """A language. Each one is a subclass in a file of its own, and one line of `LANGUAGES`.

    Only what stands first has no default. A language whose functions are to be called (`functions`, `declare`,
    `build_call`) needs a driver too; without them its programs are tested by standard input and output, and by test
    code in the language.

    Attributes:
        name: as users write it.
        title: as people say it.
        extension: of its source files, with the dot.
        package: Debian's package that brings its toolchain.
        hello: a program that prints ``ready``, by which `selfdebug doctor` sees whether the toolchain works.

        aliases: short forms of the name.
        other_extensions: of source files too.
        tags: further words by which models tag its code blocks, between spaces.
        tools: programs that must be found on the PATH.
        memory_limit: which resource limit bounds its memory; ``RLIMIT_DATA`` for runtimes that reserve address space.
        environment: variables for its toolchain and its programs; ``{scratch}`` stands for the scratch folder.
        out_of_memory: text on standard error by which its programs say that memory ran out.

        is_warm: programs run in the warm interpreter, without a build.
        is_compiled: a compiler finds errors before a program runs.
        is_typed: functions declare their types.
        records_traces: a run can be recorded line by line.
        takes_assertions: a test may be an assertion in Python.

        type_combinations: of a language that is not typed, how many ways to type parameters are tried.
        wraps_silently: integers that overflow wrap around without an error.
        exact_bits: whole numbers are exact up to so many bits, where they are floating-point numbers.

        comment: what begins a comment up to the end of the line.
        imports_first: imports stand at a file's beginning only.
        starts: pattern of a line with which code may begin.
        continues: pattern of a line at the margin within code.
        quotes: pattern of what may open and close several lines of prose within code.

        grammar: module of its grammar for tree-sitter; empty if there is none.
        defines: without a grammar, a pattern whose group is the name of what a text defines.
        call: kind of the grammar's nodes for calls, and the field of what is called.
        reserved: words that cannot be names, between spaces; those that all languages reserve may be missing.
        simple: types by how they are written.
        generic: kinds of types by the names of those that take arguments, between spaces.
        forms: how types are written, by kind; ``{0}`` stands for an inner type, ``{all}`` for all of them.
        variable_form: what stands for a caller's variable that a function changes, such as ``a list``; empty where
            there are references.
        changed_text_form: likewise for a text that a function changes.
    """

    name: str
    title: str
    extension: str
    package: str
    hello: str

    aliases: tuple[str, ...] = ()
    other_extensions: tuple[str, ...] = ()
    tags = ""
    tools: tuple[str, ...] = ()
    memory_limit = "RLIMIT_AS"
    environment: Mapping[str, str] = {}
    out_of_memory: tuple[str, ...] = ()

    is_warm = False
    is_compiled = True
    is_typed = True
    records_traces = False
    takes_assertions = False

    type_combinations = 1
    wraps_silently = False
    exact_bits: int | None = None

    comment = "//"
    imports_first = False
    starts = (
        r"#include\b|#define\b|(?:using|template|typedef|struct|class|namespace|enum|static|inline|const|let|var|public"
        r"|private|final|import|package|function|async|fn|pub|use|impl|func|type|export|extern|module)\b"
        r"|@\w|//|/\*|[A-Za-z_][\w:<>,*&\[\] ]{0,100}\("
    )
    continues = r"[#})\]/*@{]|.*[;{}(,)][ \t]*(?://.*)?$"
    quotes = r"/\*|\*/|`"

    grammar = ""
    defines = r"^\s*(?:function|func|def|sub|proc)\s+(\w+)"
    call = ("call_expression", "function")
    reserved = ""
    simple: Mapping[str, Type] = {}
    generic: Mapping[type[Type], str] = {}
    forms: Mapping[str, str] = {"Unknown": "any"}
    variable_form = ""
    changed_text_form = ""

    # -- the toolchain -------------------------------------------------------------------------------------------

    def tool(self, name: str) -> str:
        """Path of one of the tools.

        Raises:
            ToolchainMissingError: it is not installed.
        """
        path = shutil.which(name)
        if path is None:
            raise ToolchainMissingError(
                f"{self.title} programs need {name}, which is not installed: apt-get install {self.package}"
            )
        return path

    def missing(self) -> list[str]:
        """Tools that are not installed."""
        return [name for name in self.tools if shutil.which(name) is None]

    def readable(self) -> list[str]:
        """Folders that the toolchain needs besides the system's."""
        return []

    def build(self, source: str, driver: str | None) -> Build:
        """Lay a program out as files and commands.

        Args:
            source: the program.
            driver: test code to be compiled with it.

        Raises:
            ToolchainMissingError: a tool is not installed.
        """
        raise TypeError(f"{self.title} programs run in the warm interpreter")

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        """Find the error and its line in the program in what a compiler or a program wrote."""
        return first_error(stderr, build, r"{file}:(?P<line>\d+)(?::\d+)?:? *(?:fatal )?(?:error: *)?(?P<message>.*)")

    # -- code in a reply -----------------------------------------------------------------------------------------

    @property
    def names(self) -> frozenset[str]:
        """All words that mean the language: its name, short forms and tags of code blocks."""
        return frozenset([self.name, *self.aliases, *self.tags.split()])

    def structure(self, code: str) -> Structure:
        """What a text is as code: whether it parses, and what it defines."""
        if self.grammar:
            return structure_by_grammar(self.grammar, code)
        defines = frozenset(re.findall(self.defines, code, re.M))
        return Structure(bool(code.strip()), defines, defines, script=True)  # whether it is valid is seen when it runs

    # -- functions and their calls -------------------------------------------------------------------------------

    def functions(self, source: str) -> list[Function]:
        """The functions that a source defines, in the order of the text, ``main`` left out."""
        return []

    def declare(self, signature: Signature) -> str:
        """A declaration without a body, as one would write it in this language."""
        return f"{signature.name}({', '.join(p.name for p in signature.parameters)})"

    def build_call(self, source: str, function: Function, wanted: Signature, *, checked: bool = False) -> Build:
        """The program with a driver that reads the file ``arguments``, calls the function and writes ``result``.

        Args:
            source: the program.
            function: which of its functions to call.
            wanted: what is to be written after the call: the returned value, if any, and the changed arguments.
            checked: compile such that undefined behaviour ends the program, where the language has any.

        Raises:
            SignatureError: the language has no driver.
        """
        raise SignatureError(f"Functions in {self.title} cannot be called. Give tests as input/output pairs.")

    def write(self, of: Type) -> str:
        """A type as the language writes it; see `forms`."""
        return self.form(of, map(self.write, parts(of)))

    def form(self, of: Type, inner: Iterable[str]) -> str:
        """A type as the language writes it, around inner types that are written already."""
        written = list(inner)
        kind = type(of).__name__ + (str(of.bits) if isinstance(of, Floating) else "")
        if isinstance(of, Integer) and "Integer" not in self.forms:
            return self.integer(of.bits, of.signed)
        if isinstance(of, TupleOf) and len(written) == 2 and "PairOf" in self.forms:
            kind = "PairOf"
        return self.forms.get(kind, self.forms["Unknown"]).format(*written, all=", ".join(written))

    def integer(self, bits: int | None, signed: bool) -> str:
        """An integer type, where its name depends on its width."""
        return self.forms["Unknown"]

    def read_generic(self, name: str, arguments: list[Type]) -> Type:
        """The type of a generic one's name and arguments; `Unknown` if it is none of `generic`."""
        kind = next((kind for kind, names in self.generic.items() if name in names.split()), None)
        if kind is None or len(arguments) < (2 if kind is MapOf else 1):
            return UNKNOWN
        if kind is TupleOf:
            return TupleOf(tuple(arguments))
        return MapOf(*arguments[:2]) if kind is MapOf else kind(arguments[0])  # type: ignore[call-arg, arg-type]

    def function_at(
        self,
        node: syntax.Node,
        slots: Iterable[Slot],
        returns: Slot,
        *,
        name: str = "",
        owner: str = "",
        is_static: bool = True,
    ) -> Function:
        """The function that a node of the grammar defines, with what has been read of it already."""
        body = node.child_by_field_name("body")
        head = syntax.text(node)[: body.start_byte - node.start_byte] if body is not None else ""
        calls = syntax.called(body, *self.call) if body is not None else frozenset()
        return Function(
            name or syntax.field(node, "name"), tuple(slots), returns, calls, owner, is_static, " ".join(head.split()),
            node.start_byte,
        )  # fmt: skip


def executable(file: str, text: str, compiler: Sequence[str], *arguments: str) -> Build:
    """The build of a program of one file, of which a compiler makes what runs by itself, with arguments."""
    return Build({file: text}, ["./program", *arguments], file, [*compiler, "-o", "program", file], ("program",))


def first_error(stderr: str, build: Build, pattern: str, kind: str = "CompileError") -> ProgramError | None:
    """The first line of ``stderr`` that matches ``pattern``, in which ``{file}`` stands for the program's file."""
    expression = re.compile(pattern.replace("{file}", r"(?:[^\s:]*/)?" + re.escape(os.path.basename(build.main))))
    for match in filter(None, map(expression.search, stderr.splitlines())):
        line, groups = int(match["line"]) - build.first_line, match.groupdict()
        return ProgramError(groups.get("kind") or kind, groups.get("message", "").strip(), line if line > 0 else None)
    return None


def raised(stderr: str, build: Build, pattern: str, kind: str = "") -> ProgramError | None:
    """An error that a program raised: its kind, if it is not given, its message, and the first line that is named.

    Args:
        stderr: what the program wrote.
        build: of the program.
        pattern: of what it wrote, with groups ``message`` and, unless it is given, ``kind``.
        kind: of the error.
    """
    match = re.search(pattern, stderr, re.M)
    if match is None:
        return None
    place = re.search(re.escape(build.main) + r":(\d+)", stderr)
    return ProgramError(kind or match["kind"], (match["message"] or "").strip(), int(place[1]) if place else None)


def driver(name: str, **marks: str) -> str:
    """Text of a driver, a file in its own language in the folder `drivers`, with texts in the place of its marks."""
    text = resources.files(f"{__package__}.drivers").joinpath(name).read_text("utf-8")
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def rebuilt(build: Build, files: Mapping[str, str], sources: list[str]) -> Build:
    """A language's usual build with other files; its options are kept.

    Args:
        build: the build of a program by itself.
        files: path → text.
        sources: what the compiler is given in place of the program's file.
    """
    command = [part for word in build.compile for part in (sources if word == build.main else [word])]
    return replace(build, files=files, compile=command)
