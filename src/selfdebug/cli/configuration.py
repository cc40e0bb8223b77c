"""The settings of the command: the debugger's and its own, read from options, environment and files.

An option wins over the environment (``SELFDEBUG_MODEL``), that over the project's file (`selfdebug.toml` in this
folder or the nearest one above), that over the user's file, that over the default. Keys are no settings:
`OPENAI_API_KEY` is where a key belongs, and nothing here reads, shows or stores one. Heavy rooms are not imported, for
``--help`` is to be quick.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from selfdebug.cli.failing import UsageError
from selfdebug.prices import Prices
from selfdebug.settings import RENAMED, Setting, Settings, Value, declared, setting

FILE_NAME = "selfdebug.toml"
PREFIX = "SELFDEBUG_"
OTHER_VARIABLES = ("SELFDEBUG_REQUIRE_ALL", "SELFDEBUG_TESTS_AS_ANOTHER_USER", "SELFDEBUG_WRITE_CONVERSATIONS")
"""Variables of this name that are no settings: of the tests."""

_BOOLEANS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_LOCAL = re.compile(
    r"[a-z0-9+.-]+://([^\s/?#@\\]*@)?(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/[^\s?#@\\]*)?", re.IGNORECASE
)
"""URLs of this machine on which all readers agree. SQLAlchemy takes the host from a query, or from behind a later @."""
_HUB = re.compile(r"[\w.-]+/[\w.-]+(?<!\.gguf)(:.+)?", re.ASCII)
"""OWNER/NAME or OWNER/NAME:FILE at the hub, as `selfdebug.models.hub` reads it."""
_TITLES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration(Settings):
    """All settings, the debugger's and the command's own, with the values that hold.

    Each field is an option (``--base-url``), a variable (``SELFDEBUG_BASE_URL``) and a name in a file (``base_url``).
    """

    style: str | None = setting(  # type: ignore[assignment]  # None: the one that fits the model
        None, declared(Settings)["style"].doc, "Debugging", choices=declared(Settings)["style"].choices
    )
    model: str = setting(
        "", "Name on the server, gguf:FILE, gguf:OWNER/NAME from the hub, or embedded.", "Model", "NAME", path="gguf:"
    )
    base_url: str = setting(
        "", "OpenAI-compatible server. Default: OPENAI_BASE_URL, or else OpenAI's.", "Model", "URL", secret=True
    )
    form: str = setting("", "Chat, or text completion for base models.", "Model", choices=("chat", "completion"))
    store: str = setting(
        "", "Where replies and runs are kept: SQLite file or database URL. Default: in your data folder.", "Model",
        "FILE|URL", path="", secret=True,
    )  # fmt: skip
    cache: bool = setting(True, "Reuse stored replies, or ask for all of them again.", "Model")
    unsafe: bool = setting(False, "Run programs without isolation, with your permissions.", "Debugging", personal=True)
    data: str = setting(
        "", "Folder of the benchmarks' files. Default: in your data folder.", "Benchmarks", "DIR", path="", special=True
    )
    concurrency: int = setting(16, "Problems to debug at the same time.", "Benchmarks", "N", least=1, special=True)
    prompt_price: float | None = setting(
        None, "Dollars for a million prompt tokens, to give costs in money.", "Output", "PRICE", least=0
    )
    completion_price: float | None = setting(
        None, "Dollars for a million completion tokens.", "Output", "PRICE", least=0
    )
    quiet: bool = setting(False, "Show no progress, only errors.", "Output")

    @property
    def prices(self) -> Prices | None:
        """Of tokens, where they are given."""
        if self.prompt_price is None or self.completion_price is None:
            return None
        return Prices(self.prompt_price, self.completion_price)

    def __post_init__(self) -> None:
        """Whether the values fit together matters where somebody debugs, and is asked there."""


PRICES = ("prompt_price", "completion_price")
"""Settings of all commands that show costs."""
_GROUPS = {name: place for place, name in enumerate(("Model", "Debugging", "Limits", "Benchmarks"))}
SETTINGS: dict[str, Setting] = dict(
    sorted(declared(Configuration).items(), key=lambda item: _GROUPS.get(item[1].group, len(_GROUPS)))
)
"""By name, in the order of help, of ``selfdebug config`` and of the documentation."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The configuration, and where it comes from.

    Attributes:
        configuration: the values.
        sources: for each setting where its value comes from: an option, a variable, a file's path or ``default``.
        files: the files that were looked for, the first one wins; each with whether it is there.
        warnings: one sentence each.
    """

    configuration: Configuration
    sources: Mapping[str, str]
    files: tuple[tuple[Path, bool], ...]
    warnings: tuple[str, ...]


def load(options: Mapping[str, Value] | None = None) -> Loaded:
    """Put the configuration together.

    Args:
        options: values of options; ``None`` for those that were not given.

    Raises:
        UsageError: a value is none, a file cannot be read or sets something unknown.
    """
    project, user = project_file(), user_file()
    environment, warnings = _read_environment()
    given = {name: value for name, value in (options or {}).items() if value is not None}
    layers: tuple[tuple[Mapping[str, Value], Callable[[Setting], str]], ...] = (
        (_read_file(user, False), lambda setting: str(user)),
        (_read_file(project, True), lambda setting: str(project)),
        (environment, lambda setting: setting.variable),
        (given, lambda setting: setting.option),
    )
    values: dict[str, Any] = {}
    sources = dict.fromkeys(SETTINGS, "default")
    for layer, source_of in layers:
        for name, value in layer.items():  # also what a later layer overrides must be right
            sources[name] = source_of(SETTINGS[name])
            values[name] = _checked(SETTINGS[name], value, sources[name])
    files = ((project, project.is_file()), (user, user.is_file()))
    if given_prices := [name for name in PRICES if name in values]:
        for name in PRICES:
            if name not in values:  # what it leaves out would pass for free
                raise UsageError(f"{given_prices[0]} is given and {name} is not: give both, or neither.")
    return Loaded(Configuration(**values), sources, files, tuple(warnings))


def user_file() -> Path:
    """The user's file, such as ~/.config/selfdebug/selfdebug.toml."""
    return Path(platformdirs.user_config_dir("selfdebug", appauthor=False)) / FILE_NAME


def project_file() -> Path:
    """The file in this folder, or in the nearest one above that has one."""
    here = Path.cwd()
    return next((p for folder in (here, *here.parents) if (p := folder / FILE_NAME).is_file()), here / FILE_NAME)


def _read_file(path: Path, is_project: bool) -> dict[str, Value]:
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{path} cannot be read as TOML: {reason}.") from None
    values: dict[str, Value] = {}
    for written, entry in entries.items():
        name = written.replace("-", "_")
        if name not in SETTINGS:
            raise UsageError(f"{path}: {_unknown(written, name, list(SETTINGS))}")
        value = _typed(SETTINGS[name], entry, str(path))
        if is_project:
            _check_project(SETTINGS[name], value, path)
        values[name] = _anchored(SETTINGS[name], value, path.parent)
    return values


def _check_project(setting: Setting, value: Value, path: Path) -> None:
    """A folder that came from somebody must not decide who gets the key, who reads the replies, or what runs free."""
    elsewhere = f"Give {setting.option}, {setting.variable}, or set it in {user_file()}."
    if setting.personal:
        raise UsageError(f"{path}: a project's file may not set {setting.name}. {elsewhere}")
    # What has no :// is a path only where a path can stand: a URL's reader drops tabs, and finds a server in http:/\t/.
    is_url = isinstance(value, str) and bool(value) and ("://" in value or setting.path is None)
    if setting.secret and is_url and not _LOCAL.fullmatch(str(value)) and not str(value).startswith("sqlite:"):
        raise UsageError(
            f"{path}: a project's file may name only servers on this machine, written as localhost and without ?, #"
            f" or a second @; {setting.name} is another URL. {elsewhere}"
        )


def _anchored(setting: Setting, value: Value, folder: Path) -> Value:
    """Paths in a file start at its folder. Of a model, OWNER/NAME is one only if it is there."""
    if setting.path is None or not isinstance(value, str) or not value.startswith(setting.path) or "://" in value:
        return value
    path = value.removeprefix(setting.path)
    if setting.name == "model" and _HUB.fullmatch(path) and not (folder / path).exists():
        return value
    return setting.path + str(folder / Path(path).expanduser()) if path else value


def _read_environment() -> tuple[dict[str, Value], list[str]]:
    known = {setting.variable: setting for setting in SETTINGS.values()}
    values: dict[str, Value] = {}
    warnings = []
    for variable, text in sorted(os.environ.items()):
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        setting = known.get(variable)
        old = variable.removeprefix(PREFIX).lower()
        if old in RENAMED:
            raise UsageError(f"{variable} is now called {SETTINGS[RENAMED[old]].variable}.")
        if setting is None:
            warnings.append(_unknown(variable, variable, list(known)))
        elif text:
            values[setting.name] = _parsed(setting, text)
    return values, warnings


def _parsed(setting: Setting, text: str) -> Value:
    """A variable's text as a value."""
    value: Value = text
    if setting.kind is bool:
        value = _BOOLEANS.get(text.lower(), text)
    elif setting.kind is not str:
        with suppress(ValueError):
            value = setting.kind(text)
    return _typed(setting, value, setting.variable)


def _typed(setting: Setting, value: object, source: str) -> Value:
    if setting.kind is float and type(value) is int:
        return float(value)
    if type(value) is setting.kind:
        return value  # type: ignore[return-value]
    raise UsageError(f"{setting.name} (from {source}) must be {_TITLES[setting.kind]}.")


def _checked(setting: Setting, value: Value, source: str) -> Value:
    if setting.choices and isinstance(value, str):
        value = value.strip().lower()
    if wrong := setting.wrong(value):
        where = setting.option if source.startswith("--") else f"{setting.name} (from {source})"
        raise UsageError(f"{where} {wrong}.")
    return value


def _unknown(written: str, name: str, known: list[str]) -> str:
    if name in RENAMED:
        return f"{written} is now called {RENAMED[name]}."
    if any(word in name.lower() for word in ("key", "secret", "password")):
        return f"{written} is ignored: put keys in the variable OPENAI_API_KEY and nowhere else."
    near = difflib.get_close_matches(name, known, 1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "selfdebug config lists all settings."
    return f"{written} is not a setting; {hint}"
