"""``selfdebug view``: runs and trajectories in the browser, or as files."""

from __future__ import annotations

import signal
import sys
import tempfile
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from selfdebug.cli.configuration import Configuration
from selfdebug.cli.failing import UsageError, complain
from selfdebug.cli.inputs import data_folder, existing_store, stored_runs
from selfdebug.cli.options import argument, configured, option
from selfdebug.cli.output import put

HELP = """See runs and trajectories in your browser: which problems were repaired, which broken, and why; or write the pages as files.

With --export, RUN is a name such as mbpp-1, or one run such as mbpp-1/ut+expl; without RUN, all runs are written. Only this machine, and only somebody who has the address with its token, can open the page."""  # noqa: E501 - a paragraph of the help is one line
EXAMPLES = """[bold]Examples[/]
  selfdebug view
  selfdebug view --store runs.db --port 8080
  selfdebug view --db shop.db --model gpt-5-mini
  selfdebug view mbpp-1 --export pages

Exit codes: 0 written, or ended by Ctrl-C; 2 wrong usage: an unknown run, a folder with other files in it, no such store, a port that is taken; 3 something is missing: a database, a store that works."""  # noqa: E501


@configured(without=("samples", "feedback", "max_turns"), also=("data",))
def view(
    names: Annotated[list[str] | None, argument("[RUN…]", "Runs to export. Default: all.")] = None,
    export: Annotated[
        Path | None, option("--export", "DIR", "Write the pages as files instead of serving them.", "Output")
    ] = None,
    db: Annotated[list[str] | None, option("--db", "FILE|URL", "A database to ask about; may be repeated.")] = None,
    host: Annotated[str, option("--host", "ADDRESS", "Where to listen.", "Server")] = "127.0.0.1",
    port: Annotated[int, option("--port", "N", "0 picks a free port.", "Server", min=0, max=65535)] = 0,
    open_browser: Annotated[bool, option("--browser/--no-browser", None, "Open it in the browser.", "Server")] = True,
    *,
    configuration: Configuration,
) -> None:
    """Show runs and trajectories."""
    if names and export is None:
        raise UsageError("Name runs only with --export: the page shows all of them.")
    if export is not None:
        _export(names or [], export.expanduser(), configuration)
    else:
        _serve(db or [], host, port, open_browser, configuration)


def _export(names: list[str], folder: Path, configuration: Configuration) -> None:
    from selfdebug.web.export import ExportError, export
    from selfdebug.web.references import References

    def tell(run: str) -> None:
        if not configuration.quiet:
            complain(f"writing {run}")

    with stored_runs(configuration) as store:
        try:
            page = export(store, References(data_folder(configuration)), names, folder, tell, configuration.prices)
        except ExportError as error:
            raise UsageError(str(error)) from None
    put(str(page))


def _serve(databases: list[str], host: str, port: int, browser: bool, configuration: Configuration) -> None:
    path = existing_store(configuration)
    import webbrowser

    from selfdebug.applications.text_to_sql.ask import checked_database
    from selfdebug.cli.asking import TerminalSolver, examples_in
    from selfdebug.runs import RunStore
    from selfdebug.web.asking import AskService
    from selfdebug.web.references import References
    from selfdebug.web.server import Viewer, address_of, hosts_of, listen, new_token, server_of

    solver = TerminalSolver(configuration)
    with ExitStack() as stack:
        store = stack.enter_context(RunStore(path))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="selfdebug-view-")))
        given = [checked_database(name) for name in databases]
        examples, theirs = examples_in(folder, configuration, len(given))
        service = AskService(solver, [*given, *theirs], solver.models, examples)
        try:
            listening = stack.enter_context(listen(host, port))
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(
                f"{host}, port {port} cannot be used ({reason}): check --host, or choose another --port."
            ) from None
        bound, number = listening.getsockname()[:2]
        if ip_address(bound).is_unspecified:  # written in any way: 0.0.0.0, 0, ::
            raise UsageError(
                f"--host {host!r} means every address of this machine: name the one that others use, or leave it out"
                f" to serve only this machine."
            )
        token = new_token()
        address = address_of(host, number, token)
        if not ip_address(bound).is_loopback:
            complain(f"anybody who can reach {host} and has this address can see everything and ask the model.")
        elif not configuration.quiet:
            complain("open this address; press Ctrl-C to stop the viewer.")
        put(address)
        if browser:
            webbrowser.open(address)
        # The server sends itself the signal that ended it once more: the folder of examples must not outlive that.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        try:
            viewer = Viewer(store, References(data_folder(configuration)), service, configuration.prices)
            server_of(viewer, token, hosts_of(host, number)).run([listening])
        except KeyboardInterrupt:
            pass
        finally:
            complain("the viewer has ended.")
