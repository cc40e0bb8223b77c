"""Read a function's signature from source text, and write it as a declaration in any language."""

from __future__ import annotations

from dataclasses import replace

from selfdebug.languages import find_language
from selfdebug.languages.base import Language
from selfdebug.languages.errors import SignatureError
from selfdebug.languages.functions import Function
from selfdebug.signature import CHARACTER, ListOf, ReferenceTo, Signature, has_unknown

_REMEDY = "Give tests as input/output pairs, or name a function with plain types."


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
    function = find_function(source, chosen, name)
    if chosen.is_typed:
        for slot in function.slots:
            if has_unknown(slot.type):
                raise SignatureError(
                    f"{function.name} takes {slot.name!r}, whose type tests cannot generate: {function.text}. {_REMEDY}"
                )
        if has_unknown(function.returns.type):
            raise SignatureError(f"{function.name} returns what tests cannot compare: {function.text}. {_REMEDY}")
    return function.signature


def find_function(source: str, language: Language, name: str | None = None) -> Function:
    """The function that a source is about, as its language writes it; see `read_signature`."""
    functions = language.functions(source)
    if name is not None:
        named = [f for f in functions if f.name == name] or [f for f in functions if _loose(f.name) == _loose(name)]
        if named:
            return named[-1]
        known = f"; it defines {', '.join(dict.fromkeys(f.name for f in functions))}" if functions else ""
        raise SignatureError(f"The program defines no function {name}{known}. Name a function that it defines.")
    own = [f for f in functions if not any(f.name in other.calls for other in functions if other is not f)]
    if not own:
        raise SignatureError(
            f"No function was found in the {language.title} source."
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
    chosen = find_language(language)
    reserved = chosen.reserved.split()

    def allowed(name: str) -> str:
        """A name that the language does not reserve; a call finds the function by it all the same."""
        return f"{name}_" if name in reserved else name

    parameters = tuple(replace(p, name=allowed(p.name)) for p in signature.parameters)
    renamed = replace(signature, name=allowed(signature.name), parameters=parameters)
    declared, note = chosen.declare(renamed), _outputs(renamed, chosen)
    return f"{chosen.comment} {note}\n{declared}" if note else declared


def _outputs(signature: Signature, language: Language) -> str:
    """What a declaration does not say by itself: which arguments change, and that a list stands for a variable."""
    changed = [signature.parameters[i] for i in signature.changed]
    single = [p.name for p in changed if isinstance(p.type, ReferenceTo)]
    letters = [p.name for p in changed if p.type == ListOf(CHARACTER)]
    if not changed or (signature.is_procedure and not single and not letters):
        return ""
    does = "Changes" if signature.is_procedure else "Returns a value and changes"
    note = f"{does} {_listed([p.name for p in changed])} in place."
    for names, form, items in (
        (single, language.variable_form, "one item"),
        (letters, language.changed_text_form, "characters"),
    ):
        if names and form:
            note += f" {_listed(names)} {f'is {form}' if len(names) == 1 else f'are {form.split()[1]}s'} of {items}."
    return note


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
