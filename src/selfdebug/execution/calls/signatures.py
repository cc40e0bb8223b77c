"""Read a function's signature from source text, and write it as a declaration in any language."""

from __future__ import annotations

import keyword
from dataclasses import replace

from selfdebug.execution.calls.dialects import DIALECTS, Function
from selfdebug.execution.errors import SignatureError
from selfdebug.languages import LANGUAGES
from selfdebug.languages import language as find_language
from selfdebug.signature import CHARACTER, ListOf, ReferenceTo, Signature, has_unknown


def read_signature(source: str, language: str, name: str | None = None) -> Signature:
    """Read the signature of the function that a source is about.

    Args:
        source: a function, or a program around it.
        language: one of `languages.LANGUAGES`, or a usual short form.
        name: which function. If not given, the only one; of several, the last that no other calls; never ``main``.

    Returns:
        Its name, parameters and what it returns. A parameter that its source gives no type, as is usual in Python and
        JavaScript, is `Unknown`.

    Raises:
        SignatureError: there is no such function, or a type of it is outside the set that tests can handle.
        ValueError: the language is unknown.
    """
    chosen = find_language(language)
    function = find_function(source, chosen.name, name)
    if chosen.name in ("python", "javascript"):
        return function.signature
    for slot in function.slots:
        if has_unknown(slot.type):
            raise SignatureError(
                f"{function.name} takes {slot.name!r}, whose type tests cannot generate: {function.text}."
                " Give tests as input/output pairs, or name a function with plain types."
            )
    if has_unknown(function.returns.type):
        raise SignatureError(
            f"{function.name} returns what tests cannot compare: {function.text}."
            " Give tests as input/output pairs, or name a function with plain types."
        )
    return function.signature


def find_function(source: str, language: str, name: str | None = None) -> Function:
    """The function that a source is about, as its language writes it; see `read_signature`."""
    functions = DIALECTS[language].functions(source)
    if name is not None:
        named = [f for f in functions if f.name == name] or [f for f in functions if _loose(f.name) == _loose(name)]
        if named:
            return named[-1]
        known = f"; it defines {', '.join(dict.fromkeys(f.name for f in functions))}" if functions else ""
        raise SignatureError(f"The program defines no function {name}{known}. Name a function that it defines.")
    own = [f for f in functions if not any(f.name in other.calls for other in functions if other is not f)]
    if not own:
        raise SignatureError(
            f"No function was found in the {LANGUAGES[language].title} source."
            " Name the function, or give tests as input/output pairs."
        )
    return own[-1]


def _loose(name: str) -> str:
    """A name without what conventions differ in: ``has_close``, ``hasClose`` and ``HasClose`` are alike."""
    return name.replace("_", "").lower()


def declare(signature: Signature, language: str) -> str:
    """Write a signature as a declaration without a body, to be shown in a prompt.

    Where it does not say by itself what the function changes, a comment above it does.

    Args:
        signature: of a function in any language. Integers get a width that holds what they held there.
        language: the language to write in.

    Raises:
        ValueError: the language is unknown.
    """
    chosen = find_language(language).name
    allowed = replace(
        signature,
        name=_allowed(signature.name, chosen),
        parameters=tuple(replace(p, name=_allowed(p.name, chosen)) for p in signature.parameters),
    )
    declared = DIALECTS[chosen].declare(allowed)
    note = _outputs(allowed, chosen)
    return f"{'#' if chosen == 'python' else '//'} {note}\n{declared}" if note else declared


def _outputs(signature: Signature, language: str) -> str:
    """What a declaration does not say by itself: which arguments change, and that a list stands for a variable."""
    changed = [signature.parameters[i] for i in signature.changed]
    single = [p.name for p in changed if isinstance(p.type, ReferenceTo)]
    letters = [p.name for p in changed if p.type == ListOf(CHARACTER)]
    if not changed or (signature.is_procedure and not single and not letters):
        return ""
    does = "Changes" if signature.is_procedure else "Returns a value and changes"
    note = f"{does} {_listed([p.name for p in changed])} in place."
    kind = {"python": "a list", "javascript": "an array", "java": "an array"}.get(language)  # others have references
    for names, items in ((single, "one item"), (letters if language != "java" else [], "characters")):
        if names and kind:
            note += f" {_listed(names)} {f'is {kind}' if len(names) == 1 else f'are {kind.split()[1]}s'} of {items}."
    return note


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _allowed(name: str, language: str) -> str:
    """A name that the language does not reserve; a call finds the function by it all the same."""
    reserved = keyword.kwlist if language == "python" else _RESERVED[language].split()
    return f"{name}_" if name in reserved else name


# Words that are names elsewhere; those that every language reserves are missing, as no source has them.
_RESERVED = {
    "cpp": "and asm auto bool bitand bitor catch char class compl const delete double explicit export extern"
    " float friend inline int long mutable namespace new not operator or private protected public register"
    " short signed sizeof static struct template this throw try typedef typename union unsigned using"
    " virtual void volatile xor goto enum default",
    "java": "abstract assert boolean byte catch char class const default double enum extends final finally float"
    " goto implements import instanceof int interface long native new package private protected public"
    " short static super synchronized this throw throws transient try void volatile",
    "javascript": "await catch class const debugger default delete enum export extends finally function import in"
    " instanceof let new null super this throw try typeof var void with yield arguments eval static",
    "rust": "as async await const crate dyn enum extern fn impl in let loop match mod move mut pub ref self"
    " static struct super trait type unsafe use where abstract become box do final macro override priv"
    " typeof unsized virtual yield try",
    "go": "chan const default defer fallthrough func go goto import interface map package range select struct type var",
}
