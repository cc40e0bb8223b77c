"""``selfdebug models``: which models are here, which are worth getting, and how they come here."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from selfdebug.cli.configuration import Configuration
from selfdebug.cli.download_progress import showing_downloads
from selfdebug.cli.failing import UsageError
from selfdebug.cli.options import AsJson, ListsByDefault, argument, configured
from selfdebug.cli.output import put
from selfdebug.downloads.progress import readable_size
from selfdebug.safe_text import escaped

if TYPE_CHECKING:
    from selfdebug.models.hub import HubName

HELP = """List the models on this machine and some worth downloading; download models from the Hugging Face hub.

A model on the hub is named OWNER/NAME, or OWNER/NAME:FILE where the repository has several."""
EXAMPLES = """[bold]Examples[/]
  selfdebug models
  selfdebug models pull Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF
  selfdebug models pull ggml-org/gpt-oss-20b-GGUF:gpt-oss-20b-mxfp4.gguf
  selfdebug demo --model gguf:Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF

HF_ENDPOINT, HF_HOME and HF_TOKEN are respected.

Exit codes: 0 done; 2 wrong usage; 3 the download failed; 130 interrupted, the same command continues."""

app = typer.Typer(cls=ListsByDefault, rich_markup_mode="rich", help=HELP, epilog=EXAMPLES)


@dataclass(frozen=True, slots=True)
class Server:
    """The configured server.

    Attributes:
        url: without credentials.
        models: that it lists.
        error: why it lists none.
    """

    url: str
    models: tuple[str, ...] = ()
    error: str = ""


@app.command("list", epilog=EXAMPLES)
@configured(only=("base_url",))
def list_models(as_json: AsJson = False, *, configuration: Configuration) -> None:
    """Show the embedded model, GGUF files in the hub's cache, the configured server's models, and recommended ones."""
    import asyncio

    from selfdebug.models import embedded, hub
    from selfdebug.models.recommended import RECOMMENDED

    works = embedded.WEIGHTS.is_file()
    size = embedded.WEIGHTS.stat().st_size if works else 0
    url = configuration.base_url or os.environ.get("OPENAI_BASE_URL", "")
    server = asyncio.run(_server(url)) if url else None
    cached = hub.cached()
    if as_json:
        here = [asdict(m) | {"path": str(m.path), "name": f"gguf:{m.repository}:{m.file}"} for m in cached]
        whole: dict[str, Any] = {
            "embedded": {"works": works, "path": str(embedded.WEIGHTS), "size": size},
            "folder": str(hub.cache_folder()),
            "cached": here,
            "server": asdict(server) if server else None,
            "recommended": [asdict(model) for model in RECOMMENDED],
        }
        put(json.dumps(whole, indent=2))
        return
    put("On this machine, for --model:")
    if works:
        put(f"  embedded  {readable_size(size)}  tiny, for trying out: knows only the demo's kind of problem")
    else:
        put("  embedded  –  missing: this copy has no weights")
    for file in cached:
        state = "" if file.whole else "  incomplete: pull it again"
        put(f"  gguf:{escaped(file.repository)}:{escaped(file.file)}  {readable_size(file.size)}{state}")
    if server:
        put(f"\nAt {escaped(server.url)}, for --model:" + (f" {escaped(server.error)}" if server.error else ""))
        for name in server.models:
            put(f"  {escaped(name)}")
    put("\nWorth downloading with selfdebug models pull (approximate sizes):")
    memory = 0
    for model in RECOMMENDED:
        if model.memory != memory:
            memory = model.memory
            put(f"  with {memory} GB of memory")
        put(f"    {model.name}")
        facts = [readable_size(model.size), model.licence, *([model.remark] if model.remark else [])]
        put(f"      {', '.join(facts)}")
    put(f"\nHub cache: {escaped(str(hub.cache_folder()))}")


async def _server(url: str) -> Server:
    """A server with the models that it lists."""
    from selfdebug.models import Endpoint, ModelError
    from selfdebug.safe_text import without_password

    try:
        async with Endpoint("", url) as endpoint:
            try:
                return Server(endpoint.address, await endpoint.models())
            except ModelError as error:
                return Server(endpoint.address, error=str(error))
    except ModelError as error:
        return Server(without_password(url), error=str(error))


@app.command("pull", epilog=EXAMPLES)
@configured(only=("quiet",))
def pull_model(
    name: Annotated[str, argument("OWNER/NAME[:FILE]", "A model on the hub, as in the list.")],
    *,
    configuration: Configuration,
) -> None:
    """Download a GGUF file into the hub's cache, or the rest of it after an interrupted download."""
    wanted = _parsed(name)
    from selfdebug.models.pulling import pull

    with showing_downloads(configuration.quiet) as watch:
        model = pull(wanted, watch)
    if not configuration.quiet:
        put(f"--model gguf:{model.repository}:{model.file}", sys.stderr)
    put(str(model.path))


def _parsed(name: str) -> HubName:
    from selfdebug.models import hub

    given = name.removeprefix("gguf:")
    wanted = hub.parse(given)
    if wanted is None:
        there = " That is a local file: use it with --model gguf:PATH." if Path(given).exists() else ""
        raise UsageError(
            f"{escaped(name)} is not the name of a model on the hub: give OWNER/NAME or OWNER/NAME:FILE.{there}"
        )
    return wanted
