"""The viewer as a server: addresses, what they answer, and the server itself, bound to this machine."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from selfdebug.benchmarks import Failure
from selfdebug.prices import Prices
from selfdebug.reports import ReportError
from selfdebug.runs import Filters, RunStore, State, UnknownRunError
from selfdebug.runs.finding import Order
from selfdebug.storage import StoreError
from selfdebug.web.asking import AskedProblem, AskError, AskForm, AskService
from selfdebug.web.links import Links
from selfdebug.web.live import asked_events, run_events
from selfdebug.web.pages import FinishedTask, Pages
from selfdebug.web.references import References
from selfdebug.web.security import TOKEN, Guard

STATIC = Path(__file__).parent / "static"
_LARGEST_FORM = 1_000_000
_COMPARED_RUNS = 20
_HTTP_PORT = 80
"""The port that browsers leave out of an address."""


class _Place(IntegerConvertor):
    """The place of a task in an address. There is no page of a number that no database can hold."""

    regex = "[0-9]{1,9}"


register_url_convertor("place", _Place())


class Viewer:
    """What each address answers. Pages are made in threads: the store is asked there, and others need not wait.

    Attributes:
        closing: set when the server is about to end, so that streams of events end first.
    """

    def __init__(
        self,
        store: RunStore,
        references: References,
        service: AskService | None = None,
        prices: Prices | None = None,
    ) -> None:
        self._store, self._service = store, service
        self._pages = Pages(store, references, service, prices)
        self.closing = asyncio.Event()

    def app(self, token: str, hosts: list[str]) -> ASGIApp:
        """The whole, guarded."""
        pages, task = self._pages, "/runs/{name}/{method}/{index:place}"
        routes = [
            Route("/", lambda _: RedirectResponse(Links().runs(), 303)),
            Route("/runs", lambda _: _html(pages.runs())),
            Route("/runs/{name}/{method}", self._run),
            Route(task, lambda request: _html(pages.trajectory(self._task(request), filters_of(request)))),
            Route(f"{task}.json", self._data),
            Route(f"{task}/reference", lambda request: _html(pages.reference(self._task(request)))),
            Route("/compare", self._compare),
            Route("/live", lambda _: _events(run_events(self._store, self.closing))),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]
        if self._service is not None:
            routes += self._asking(self._service)
        handlers = {
            HTTPException: self._no_page,
            UnknownRunError: self._error_page("Not found", 404),
            ReportError: self._error_page("Not found", 404),
            StoreError: self._error_page("The store does not work", 500),
        }
        return Starlette(
            routes=routes,
            middleware=[Middleware(Guard, token=token, hosts=hosts)],
            exception_handlers=handlers,  # type: ignore[arg-type]  # each takes the errors that it is given
            lifespan=self._lifespan,
        )

    def _asking(self, service: AskService) -> list[Route]:
        """Where something can be asked. What is asked changes in the event loop, and is looked at there."""

        def form(request: Request) -> Response:
            number = request.query_params.get("example", "")
            examples = {str(place): each.form for place, each in enumerate(service.examples)}
            return _html(self._pages.ask(examples.get(number, AskForm())))

        async def begin(request: Request) -> Response:
            typed = AskForm.of(await _form(request))
            try:
                asked = service.ask(typed)
            except AskError as error:
                return _html(self._pages.ask(typed, str(error)), 400)
            return RedirectResponse(Links().asked(asked.key), 303)

        def asked_in(request: Request) -> AskedProblem:
            asked = service.find(request.path_params["key"])
            if asked is None:
                raise HTTPException(404, "Nothing was asked here since the viewer started, or it was too long ago.")
            return asked

        async def page(request: Request) -> Response:
            return _html(self._pages.asked(asked_in(request)))

        async def data(request: Request) -> Response:
            asked = asked_in(request)
            if asked.trajectory is None:
                raise HTTPException(404, "This is not finished, so there is no trajectory yet.")
            return _download(asked.trajectory.to_json(1), "trajectory.json")

        async def live(request: Request) -> Response:
            return _events(asked_events(asked_in(request), self.closing))

        async def cancel(request: Request) -> Response:
            asked = asked_in(request)
            service.cancel(asked)
            return RedirectResponse(Links().asked(asked.key), 303)

        return [
            Route("/ask", form, methods=["GET"]),
            Route("/ask", begin, methods=["POST"]),
            Route("/ask/{key}.json", data),
            Route("/ask/{key}", page),
            Route("/ask/{key}/live", live),
            Route("/ask/{key}/cancel", cancel, methods=["POST"]),
        ]

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        if self._service is not None:
            await self._service.close()

    def _run(self, request: Request) -> Response:
        number = request.query_params.get("page", "")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
        return _html(self._pages.run(_run_id(request), filters_of(request), page))

    def _data(self, request: Request) -> Response:
        return _download(self._task(request).trajectory.to_json(1), f"{request.path_params['index']}.json")

    def _compare(self, request: Request) -> Response:
        ids = list(dict.fromkeys(request.query_params.getlist("run")))[:_COMPARED_RUNS]
        if not ids:
            return _html(self._pages.message("Nothing to compare", "Choose one run or more in the list of runs."), 400)
        return _html(self._pages.compare(ids))

    def _no_page(self, request: Request, error: HTTPException) -> Response:
        text = error.detail if error.status_code != 404 or "." in error.detail else "There is no page at this address."
        return _html(self._pages.message("No such page", text), error.status_code)

    def _error_page(self, heading: str, status: int) -> Callable[[Request, Exception], Response]:
        """Answers an error with a page that has its message."""
        return lambda request, error: _html(self._pages.message(heading, str(error)), status)

    def _task(self, request: Request) -> FinishedTask:
        return self._pages.finished_task(_run_id(request), request.path_params["index"])


def filters_of(request: Request) -> Filters:
    """The filters of a request; what makes no sense is none."""
    given = request.query_params
    return Filters(
        state=next((each for each in State if each == given.get("state")), None),
        failure=next((each for each in Failure if each == given.get("failure")), None),
        category=given.get("category", ""),
        database=given.get("database", ""),
        words=given.get("words", "")[:200],
        order=next((each for each in Order if each == given.get("order")), Order.TASK),
        descending=bool(given.get("descending")),
    )


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text.encode("utf-8", "backslashreplace"), status)


def _download(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text.encode("utf-8", "backslashreplace"), media_type="application/json", headers=headers)


def _events(events: AsyncIterator[str]) -> Response:
    return StreamingResponse(events, media_type="text/event-stream")


def _run_id(request: Request) -> str:
    return f"{request.path_params['name']}/{request.path_params['method']}"


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form that was sent."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST_FORM:
                raise HTTPException(413, "This request is too large.")
    except ClientDisconnect:
        raise HTTPException(400) from None
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50))
    except ValueError:
        raise HTTPException(400, "This form was not sent by the page.") from None


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(24)


def listen(host: str, port: int) -> socket.socket:
    """Take a port; 0 picks a free port.

    Raises:
        OSError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def hosts_of(host: str, port: int) -> list[str]:
    """The names under which a server that is bound to a host may be asked."""
    names = {"127.0.0.1", "localhost", f"[{host}]" if ":" in host else host}
    bare = names if port == _HTTP_PORT else set()
    return sorted(name.lower() for name in bare | {f"{name}:{port}" for name in names})


def address_of(host: str, port: int, token: str) -> str:
    """The address to open."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/?{TOKEN}={token}"


class _ViewerServer(uvicorn.Server):
    """A server that ends the streams of pages that wait for events before it ends."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self._closing = closing

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._closing.set()
        await super().shutdown(sockets)


def server_of(viewer: Viewer, token: str, hosts: list[str]) -> uvicorn.Server:
    """A server of a viewer that is not running yet; `hosts_of` gives the names under which it may be asked."""
    config = uvicorn.Config(
        viewer.app(token, hosts), log_level="warning", access_log=False, server_header=False, ws="none",
        timeout_graceful_shutdown=5,
    )  # fmt: skip
    return _ViewerServer(config, viewer.closing)
