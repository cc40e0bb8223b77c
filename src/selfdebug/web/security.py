"""Who may ask this server for anything: the browser of whoever started it, and no page of another site.

Every request must name this machine as its host, or a page elsewhere could reach the server under a name of its own
that leads here (DNS rebinding); must not come from another origin; and must bring the token of this start, at first in
the address, then in a cookie that no script can read and no other site can send.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, quote, urlencode

from markupsafe import escape
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and do: nothing that is not a file of this server, and nothing written into the page itself."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
TOKEN = "token"
"""Name of the token in an address."""
_NO_ENTRY = (
    "Open the address that selfdebug view printed when it started: it holds a token, which changes with every start."
)


class Guard:
    """Middleware that lets nobody else in, and puts headers on what goes out.

    Args:
        app: what it guards.
        token: of this start.
        hosts: names under which the server may be asked, with the port, such as ``127.0.0.1:8765``, and without it
            where browsers leave it out.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Sequence[str]) -> None:
        self._app, self._token, self._hosts = app, token, frozenset(hosts)
        port = max(hosts).rpartition(":")[2]
        self._cookie = f"selfdebug-{port}"  # cookies of a host are the same for all ports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of somebody who is not let in; else hand it to the application, as ASGI's protocol says."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # a websocket; there is none
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
        else:
            await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        """The answer to a request that is not let in, or that brings the token in its address."""
        headers = Headers(scope=scope)
        if [host.lower() for host in headers.getlist("host")] not in [[host] for host in self._hosts]:
            return PlainTextResponse("This server does not answer to that name.", 421)
        if not self._is_same_origin(scope["method"], headers):
            return PlainTextResponse("This server takes no requests from other sites.", 403)
        query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        given = [value for name, value in query if name == TOKEN]
        if given and scope["method"] == "GET":
            return self._entry(scope, query) if self._is_token(given[0]) else PlainTextResponse(_NO_ENTRY, 403)
        # Not the standard library's parser, which gives up at the first odd cookie: those of other ports come, too.
        if not self._is_token(cookie_parser(headers.get("cookie", "")).get(self._cookie, "")):
            return PlainTextResponse(_NO_ENTRY, 403)
        return None

    def _is_same_origin(self, method: str, headers: Mapping[str, str]) -> bool:
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{headers['host'].lower()}":
            return False
        if method in ("GET", "HEAD"):
            return True
        return origin is not None or headers.get("sec-fetch-site") == "same-origin"

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(errors="replace"), self._token.encode())

    def _entry(self, scope: Scope, query: Sequence[tuple[str, str]]) -> Response:
        """Gives the cookie and goes to the same page without the token, which shall not stay in the address.

        A page that goes there itself, and no redirect: after a link from elsewhere, such as a terminal in a browser, a
        redirect counts as that place's, and would not get the cookie.
        """
        rest = urlencode([(name, value) for name, value in query if name != TOKEN])
        target = quote(scope["path"], safe="/+")
        target = "/" if target.startswith("//") else target  # which would be another host
        response = HTMLResponse(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>selfdebug</title>'
            f'<link rel="icon" href="/static/icon.svg"><meta http-equiv="refresh"'
            f' content="0; url={escape(target + (f"?{rest}" if rest else ""))}"><p>One moment.</p></html>'
        )
        response.set_cookie(self._cookie, self._token, httponly=True, samesite="strict", path="/")
        return response


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
