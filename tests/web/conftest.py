"""A store of real runs, a viewer that serves it, and a browser: made once for all tests of the viewer."""

from __future__ import annotations

import http.client
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from selfdebug.cli.asking import TerminalSolver, examples_in
from selfdebug.cli.configuration import Configuration
from selfdebug.execution import isolation
from selfdebug.runs import RunStore
from selfdebug.web.asking import AskService
from selfdebug.web.references import References
from selfdebug.web.server import Viewer, address_of, hosts_of, listen, new_token, server_of
from tests.model_server import Answer, Body, Failure, ModelServer
from tests.needs import skip_or_fail
from tests.runs import tiny
from tests.runs.doing import do_grid

from .making import finished, write_odd_run, write_several_attempts

BROWSER = "chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 60_000  # milliseconds: a busy machine is no failure


@dataclass(frozen=True)
class Reply:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Site:
    """A viewer that is being served.

    Attributes:
        host, port, token: of it.
        store: path of the store.
        data: the folder of the benchmarks' files.
        model: the scripted model server that is asked.
    """

    port: int
    token: str
    store: Path
    data: Path
    model: ModelServer
    host: str = "127.0.0.1"
    cookie: str = field(init=False)

    def __post_init__(self) -> None:
        self.cookie = f"selfdebug-{self.port}={self.token}"

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def entry(self) -> str:
        return address_of(self.host, self.port, self.token)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """A request with no header but the given ones."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.putrequest(method, path, skip_host="host" in named, skip_accept_encoding=True)
            for name, value in named.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            text = "" if found.get("content-type", "").startswith("text/event") else answer.read().decode()
            return Reply(answer.status, found, text)
        finally:
            connection.close()

    def get(self, path: str, **query: str) -> Reply:
        """A page, as its browser asks for it."""
        return self.ask("GET", f"{path}?{urlencode(query)}" if query else path, cookie=self.cookie)

    def post(self, path: str, **form: str) -> Reply:
        """A form, as the page sends it."""
        kind = "application/x-www-form-urlencoded"
        body = urlencode(form).encode()
        return self.ask("POST", path, body, cookie=self.cookie, origin=self.address, content_type=kind)


def script(request: Body) -> Answer | Failure:
    """The tiny benchmark's replies; slow, at once or when it is to mend, and refused where it is none of them."""
    text = " ".join(message["content"] for message in request["messages"])
    if "nothing that the script knows" in text:
        return Failure(400, "This is not known here.")
    slow = "add_44(n)" in text or ("add_47(n)" in text and "Fix the" in request["messages"][-1]["content"])
    return Answer(tiny.reply(request), delay=30.0 if slow else 0.0)


@pytest.fixture(scope="session")
def model() -> Iterator[ModelServer]:
    with ModelServer(script, streams=True) as server:
        yield server


@pytest.fixture(autouse=True)
def _tiny_is_known() -> Iterator[None]:
    with tiny.known():
        yield


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the tiny benchmark."""
    found = tmp_path_factory.mktemp("viewer") / "data"
    tiny.write(found, "python", tiny.additions(6))
    tiny.write(found, "sql", [{"count": "item"}] * 4)
    return found


@pytest.fixture(scope="session")
def store(folder: Path, model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with runs of functions and of questions, and one whose every text is hostile."""
    if not (isolation.bubblewrap().works or isolation.landlock().works):
        skip_or_fail("no isolation works here: see selfdebug doctor")
    path = tmp_path_factory.mktemp("store") / "store.db"
    kinds = ("baseline", "ut", "ut+expl", "ut+recorded-trace")
    finished(do_grid(folder, model.url, path, kinds, name="py"))
    finished(do_grid(folder, model.url, path, ("baseline", "expl"), variant="sql", name="sql"))
    write_odd_run(path)
    write_several_attempts(path)
    return path


@pytest.fixture(scope="session")
def site(store: Path, folder: Path, model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The viewer of this store."""
    replies = tmp_path_factory.mktemp("replies") / "replies.db"
    configuration = Configuration(model="tiny", base_url=model.url, store=str(replies), style="zero-shot")
    solver = TerminalSolver(configuration)
    database = str(folder / "tiny" / "shop.sqlite")
    examples, theirs = examples_in(tmp_path_factory.mktemp("examples"), configuration, 1)
    service = AskService(solver, [database, *theirs], solver.models, examples)
    with RunStore(store) as runs, listen("127.0.0.1", 0) as listening:
        port, token = listening.getsockname()[1], new_token()
        server = server_of(Viewer(runs, References(folder), service), token, hosts_of("127.0.0.1", port))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield Site(port, token, store, folder, model)
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="package")  # Playwright's event loop must have ended before tests elsewhere run in theirs
def browser() -> Iterator[Browser]:
    executable = shutil.which(BROWSER)
    if executable is None:
        skip_or_fail(f"{BROWSER} is not installed: apt-get install {BROWSER}")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield opened
        opened.close()


@dataclass
class Visit:
    """Tabs that were opened, and what went wrong in them."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str = "about:blank", **options: object) -> Page:
        """A tab with a profile of its own."""
        page = self.browser.new_context(**options).new_page()  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE)
        page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self._failed(request.url, str(request.failure)))
        page.goto(address)
        return page

    def _failed(self, url: str, failure: str) -> None:
        if "ERR_ABORTED" not in failure:  # what was still on its way when somebody left its page
            self.complaints.append(f"{url}: {failure}")

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens tabs; whatever their consoles complain about fails the test."""
    found = Visit(browser)
    yield found
    found.close()
    assert found.complaints == []


@pytest.fixture
def page(visit: Visit, site: Site) -> Page:
    """A tab that was let in, at the list of runs."""
    opened = visit.open(site.entry)
    opened.wait_for_url(f"{site.address}/runs")
    return opened
