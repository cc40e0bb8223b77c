"""How problems are debugged: everything that decides a trajectory, besides the problem and the model.

A setting is declared once, here. The command line, files, the environment, ``selfdebug config`` and the page read its
declaration; what only the command has is declared in the same way in `selfdebug.cli.configuration`. A library for
settings, such as pydantic-settings, takes longer to import than ``selfdebug --help`` may take.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast, get_args, get_type_hints

from selfdebug.feedback import FEEDBACK_KINDS, FeedbackKind
from selfdebug.policies import DEFAULT, PAPERS, POLICIES
from selfdebug.selection import SELECTORS
from selfdebug.styles import STYLES, style_for

if TYPE_CHECKING:
    from selfdebug.problem import Problem

Value: TypeAlias = str | int | float | bool | None

RENAMED = {
    "turns": "max_turns",
    "calls": "max_calls",
    "tokens": "max_total_tokens",
    "seconds": "max_seconds",
    "max_tokens": "max_reply_tokens",
}
"""Settings by the names that they had once. Who gives one by such a name is told the new one."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The declaration of one setting.

    Attributes:
        name: as in a file and as a keyword argument.
        kind: type of its value.
        default: its value where nobody gives one; ``None`` or an empty text stand for "not set".
        doc: one line of help.
        group: heading in ``--help``.
        metavar: what stands for its value in ``--help``.
        choices: the values that it may have; empty for any.
        least: its least value, if it is a number.
        path: what stands before a path in its value; ``None`` if no path can. A file's paths start at its folder.
        secret: whether its value may be a URL with a password.
        personal: whether only the user may give it, never a file that came with somebody's folder.
        special: whether only commands that name it have it as an option.
    """

    name: str
    kind: type
    default: Value
    doc: str
    group: str
    metavar: str = ""
    choices: Collection[str] = ()
    least: float | None = None
    path: str | None = None
    secret: bool = False
    personal: bool = False
    special: bool = False

    @property
    def option(self) -> str:
        """As an option."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """As an environment variable."""
        return f"SELFDEBUG_{self.name.upper()}"

    def wrong(self, value: Value) -> str:
        """What a value must be, where it is not so: ``must be 1 or more, not 0``; empty where it is."""
        wanted = {int: "a whole number", float: "a number"}.get(self.kind, "a text")
        allowed = (int, float) if self.kind is float else self.kind
        if not (isinstance(value, allowed) or value == self.default is None) or (
            isinstance(value, bool) and self.kind is not bool
        ):
            return f"must be {wanted}, not {value!r}"
        is_text = isinstance(value, str) and (value != "" or self.default != "")
        if self.choices and is_text and str(value).strip().lower() not in self.choices:
            return f"must be one of {', '.join(self.choices)}, not {value!r}"
        if self.least is not None and isinstance(value, int | float) and not self.least <= value < float("inf"):
            return f"must be {self.least} or more, not {value}"
        return ""


def setting(default: Value, doc: str, group: str, metavar: str = "", **more: Any) -> Any:
    """A field of a dataclass that is a setting; takes the attributes of `Setting`."""
    return dataclasses.field(default=default, metadata={"doc": doc, "group": group, "metavar": metavar, **more})


@functools.cache
def declared(kind: type) -> dict[str, Setting]:
    """The settings that a dataclass declares, by name."""
    hints = get_type_hints(kind)
    settings = {}
    for field in dataclasses.fields(kind):
        hint = next((part for part in get_args(hints[field.name]) if part is not type(None)), hints[field.name])
        value_type = hint if isinstance(hint, type) else str  # a Literal of texts
        settings[field.name] = Setting(field.name, value_type, cast(Value, field.default), **field.metadata)
    return settings


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a debugger.

    Raises:
        ValueError: one is out of range; the message says which and what it may be.
        TypeError: one does not exist, or is called otherwise now.
    """

    feedback: str = setting(
        "",
        f"{', '.join(FEEDBACK_KINDS)}. Default: ut+expl with tests, expl without.",
        "Debugging",
        "KIND",
        choices=FEEDBACK_KINDS,
    )
    style: str = setting(
        "",
        "With or without exemplars before the problem. Default: few-shot; for the embedded model, its own.",
        "Debugging",
        choices=STYLES,
    )
    samples: int = setting(1, "First programs to draw; a selector picks one.", "Debugging", "N", least=1)
    """One is greedy, several are drawn at temperature 0.7."""
    selector: str = setting(
        "majority-vote", "What picks one of several first programs.", "Debugging", "NAME", choices=SELECTORS
    )
    policy: str = setting(
        DEFAULT, "What is asked for next while programs are wrong.", "Debugging", "NAME", choices=POLICIES
    )
    max_turns: int = setting(6, "Most new programs after the first.", "Limits", "N", least=0)
    """The paper allows 10. A small model gained nothing after the fifth (docs/real-models.md)."""
    max_calls: int | None = setting(None, "Most replies from the model for one problem.", "Limits", "N", least=1)
    """Those from the store included."""
    max_total_tokens: int | None = setting(
        None, "Most tokens for one problem, in prompts and replies together.", "Limits", "N", least=1
    )
    """Nothing more is asked once they are used up, as the server counts them: one that counts none spends none."""
    max_seconds: float | None = setting(
        None, "Longest wall time for one problem, in seconds.", "Limits", "SECONDS", least=0.001
    )
    """A call that goes on for longer is given up, and nothing more is asked."""
    max_reply_tokens: int = setting(2048, "Most tokens in one reply, thinking included.", "Limits", "N", least=1)

    if not TYPE_CHECKING:  # a type checker knows the names from the fields

        def __new__(cls, *_: object, **given: object) -> Settings:
            refuse_old_names(given)
            return object.__new__(cls)

    def __post_init__(self) -> None:
        for name, declaration in self._declared().items():
            value = getattr(self, name)
            if wrong := declaration.wrong(value):
                raise ValueError(f"{name} {wrong}")
            if declaration.choices and isinstance(value, str):  # as the registries have it
                object.__setattr__(self, name, value.strip().lower())
        if self.max_calls is not None and self.max_calls < self.samples:
            raise ValueError(f"max_calls must be at least {self.samples}, the number of samples, not {self.max_calls}")

    def for_model(self, model: str) -> Self:
        """With the prompt style that fits a model, where none was chosen."""
        return self if self.style else dataclasses.replace(self, style=style_for(model))

    def kind_for(self, problem: Problem) -> FeedbackKind:
        """The feedback kind that a problem is debugged with: where none was chosen, the one with the most to say."""
        return FEEDBACK_KINDS[self.feedback or ("ut+expl" if problem.tests else "expl")]

    def _declared(self) -> dict[str, Setting]:
        kind: Any = type(self)  # whose hash mypy does not know
        return declared(kind)

    def as_options(self) -> dict[str, Value]:
        """The settings that have a value, by their options."""
        values = {setting.option: getattr(self, name) for name, setting in self._declared().items()}
        return {option: value for option, value in values.items() if value not in ("", None)}


def with_new_names(stored: Any) -> Any:
    """Settings that an older version stored as JSON, as they are written now. What is no object stays so."""
    if not isinstance(stored, dict):
        return stored
    return {"policy": PAPERS} | {RENAMED.get(name, name): stored[name] for name in stored}


def refuse_old_names(names: Iterable[str]) -> None:
    """Refuse keyword arguments that have new names.

    Raises:
        TypeError: one has; the message says which.
    """
    for name in names:
        if name in RENAMED:
            raise TypeError(f"the setting {name} is now called {RENAMED[name]}")
