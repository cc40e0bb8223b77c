"""``selfdebug config``: each setting's value, and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping

from selfdebug.cli.configuration import SETTINGS, Loaded, load
from selfdebug.cli.failing import complain, reporting
from selfdebug.cli.options import AsJson
from selfdebug.cli.output import put
from selfdebug.safe_text import escaped, without_password
from selfdebug.settings import Value

HELP = (
    "Show each setting's value and where it comes from.\n\n"
    "A setting is an option (--base-url), a variable (SELFDEBUG_BASE_URL) or a line in selfdebug.toml"
    ' (base_url = "…"). An option overrides a variable, which overrides the selfdebug.toml of this folder or of the'
    " nearest one above it, which overrides the user's. Keys are not settings: set OPENAI_API_KEY."
)
EXAMPLES = """[bold]Examples[/]
  selfdebug config
  selfdebug config --json
  SELFDEBUG_MAX_TURNS=5 selfdebug config

Exit codes: 0 shown; 2 a file or a variable cannot be used."""


def config(as_json: AsJson = False) -> None:
    """Show the settings."""
    with reporting():
        loaded = load()
        for warning in loaded.warnings:
            complain(warning)
        values = {name: getattr(loaded.configuration, name) for name in SETTINGS}
        values |= {name: without_password(values[name]) for name, setting in SETTINGS.items() if setting.secret}
        if as_json:
            plain = {
                "settings": {name: {"value": value, "source": loaded.sources[name]} for name, value in values.items()},
                "files": [{"path": str(path), "exists": exists} for path, exists in loaded.files],
            }
            put(json.dumps(plain, indent=2))
        else:
            _show(loaded, {name: _written(value) for name, value in values.items()})


def _show(loaded: Loaded, texts: Mapping[str, str]) -> None:
    width = max(map(len, SETTINGS))
    value_width = min(max(map(len, texts.values())), 40)
    for name, text in texts.items():
        source = loaded.sources[name]
        put(f"{name:{width}}  {text:{value_width}}  {'' if source == 'default' else escaped(source)}".rstrip())
    put("\nFiles; the first one wins:")
    for path, exists in loaded.files:
        put(f"  {path}{'' if exists else '  (not found)'}")


def _written(value: Value) -> str:
    """As in a file."""
    if value in (None, ""):
        return "–"
    return escaped(str(value).lower() if isinstance(value, bool) else str(value))
