r"""A report as LaTeX: a file to be read with ``\input``, its tables set with booktabs.

Only characters that every TeX engine has under its usual fonts are written as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfdebug.reports.document import Block, BulletList, Commands, Paragraph, Section, TextTable, one_line, write

_HEAD = r"""% Written by selfdebug. In the preamble: \usepackage{booktabs,graphicx}
% Tables wider than a line are scaled down to it."""
_FITTING = r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%"
_CHARACTERS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\char34{}", "`": r"\textasciigrave{}", "–": "--", "—": "---", "−": "$-$",
    "→": r"$\to$", "±": r"$\pm$", "†": r"$\dagger$", "×": r"$\times$", "…": r"\dots{}",
    # After a row's end these would be read as its options.
    "[": "{[}", "]": "{]}", "*": "{*}",
}  # fmt: skip
_NOT_EVERYWHERE = "ÐÞðþ"
"""Letters that TeX's oldest text fonts lack."""


def write_latex(title: str, sections: Sequence[Section]) -> str:
    """Write sections as LaTeX."""
    head = f"{_HEAD}\n% {one_line(title)}\n\n"
    return head + write(sections, lambda title: rf"\subsection*{{{_escaped(title)}}}", _block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield rf"\noindent {_escaped(text)}\par"
        case BulletList(items):
            if items:
                yield r"\begin{itemize}\raggedright"
                yield from (rf"\item {_breakable(item)}" for item in items)
                yield r"\end{itemize}"
        case Commands(lines):
            yield r"\begin{flushleft}\ttfamily\small"
            yield from (rf"{_breakable(line)}\par" for line in lines)
            yield r"\end{flushleft}"
        case TextTable():
            yield from _table(block)


def _table(table: TextTable) -> Iterator[str]:
    columns = "".join("l" if place < table.left else "r" for place in range(len(table.header)))
    yield r"\begin{table}[htbp]"
    yield r"\centering\small"
    yield rf"\caption{{{_escaped(table.caption)}}}\smallskip"
    yield _FITTING
    yield rf"\begin{{tabular}}{{{columns}}}"
    yield r"\toprule"
    yield rf"{' & '.join(map(_escaped, table.header))} \\"
    yield r"\midrule"
    yield from (rf"{' & '.join(map(_escaped, row))} \\" for row in table.rows)
    yield r"\bottomrule"
    yield r"\end{tabular}}"
    yield r"\end{table}"


def _escaped(text: str) -> str:
    return "".join(_characters(text))


def _breakable(text: str) -> str:
    """A text whose long words, such as digests and paths, may be broken anywhere."""
    return " ".join(
        (r"\allowbreak{}" if len(word) > 24 else "").join(_characters(word)) for word in one_line(text).split(" ")
    )


def _characters(text: str) -> Iterator[str]:
    """Each character as TeX reads it; two hyphens stay two, and do not become a dash."""
    shown = one_line(text)
    for character, following in zip(shown, f"{shown[1:]} ", strict=False):
        if character in _CHARACTERS:
            yield _CHARACTERS[character]
        elif character.isascii() or ("À" <= character <= "ÿ" and character not in f"{_NOT_EVERYWHERE}÷"):
            yield "-{}" if character == following == "-" else character
        else:
            yield rf"\texttt{{U+{ord(character):04X}}}"
