"""Which of several versions of a program is the new one: by what is said before each."""

from __future__ import annotations

import re
from collections.abc import Sequence

_OLD = re.compile(
    r"\b(?:old|original|originally|previous|previously|earlier|initial|former|before|buggy|broken|wrong|incorrect"
    r"|your (?:code|program|function|version|query|attempt|solution)|you (?:wrote|had|sent)|was|were|compar\w+"
    r"|reference|replaces|instead of)\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\b(?:new|fix\w*|correct(?!ness)\w*|updated?|revis\w+|improved?|final\w*|better|repaired|working|right|now"
    r"|changed?|should be|instead(?! of)|solution)\b",
    re.IGNORECASE,
)
_COMMENTED = re.compile(r"\s*(?:#|//|--|/\*|\"{3})(.*)")


def is_older(last: tuple[str, str], others: Sequence[tuple[str, str]], previous: str) -> bool:
    """Whether the last of several versions may be the old one, quoted after the new one.

    Args:
        last: what is said before it, and its code.
        others: likewise, of the versions that stand before it.
        previous: the code that a new version was asked for, or nothing.
    """
    if not others:
        return False
    if previous and last[1].strip("; \n") == previous.strip("; \n"):
        return True
    words = _words_of(*last)
    if _NEW.search(words):
        return False
    return bool(_OLD.search(words)) or any(_NEW.search(_words_of(*other)) for other in others)


def _words_of(before: str, code: str) -> str:
    comment = _COMMENTED.match(code)
    return f"{before}\n{comment[1]}" if comment else before
