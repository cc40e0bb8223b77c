"""Read a function's signature from source text, and write it as a declaration in any language."""

from __future__ import annotations

from ..errors import SignatureError
from ..languages import LANGUAGES
from ..languages import language as find_language
from .dialects import DIALECTS, Function
from .types import Signature, has_unknown


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

    Args:
        signature: of a function in any language. Integers get a width that holds what they held there.
        language: the language to write in.

    Raises:
        ValueError: the language is unknown.
    """
    return DIALECTS[find_language(language).name].declare(signature)
