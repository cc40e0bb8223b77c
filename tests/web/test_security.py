"""Who is let in: the host, the origin, the token; and what pages may load."""

from __future__ import annotations

import re

import pytest

from selfdebug.web.security import POLICY
from selfdebug.web.server import address_of, hosts_of

from .conftest import Site


@pytest.mark.parametrize(
    "path", ["/", "/runs", "/runs/py/ut/1", "/runs/py/ut/1.json", "/live", "/ask", "/static/viewer.css"]
)
def test_nothing_is_shown_without_the_token(site: Site, path: str) -> None:
    for headers in ({}, {"cookie": f"selfdebug-{site.port}=wrong"}, {"cookie": "=;;=,"}, {"cookie": "selfdebug-1=x"}):
        found = site.ask("GET", path, **headers)
        assert found.status == 403
        assert "selfdebug view" in found.text
    assert site.ask("GET", f"{path}?token=wrong").status == 403


@pytest.mark.parametrize("other", ['prefs={"a": "b"}', "a@b=1", "n[x]=1", "flag", "=", "city=Zürich"])
def test_cookies_of_other_servers_on_this_machine_keep_nobody_out(site: Site, other: str) -> None:
    """A browser sends the cookies of a host to all of its ports, and some are of no standard form."""
    for cookie in (f"{other}; {site.cookie}", f"{site.cookie}; {other}"):
        assert site.ask("GET", "/runs", cookie=cookie).status == 200


def test_the_token_in_the_address_becomes_a_cookie_that_scripts_and_other_sites_cannot_have(site: Site) -> None:
    found = site.ask("GET", f"/runs/py/ut?state=repaired&token={site.token}&words=a%26b")
    assert found.status == 200
    cookie = found.headers["set-cookie"]
    assert cookie.startswith(site.cookie)
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert re.search(r'http-equiv="refresh" content="0; url=/runs/py/ut\?state=repaired&amp;words=a%26b"', found.text)
    assert site.token not in found.text


def test_the_way_in_leads_nowhere_else(site: Site) -> None:
    for path in ("//evil.example/x", '/"><script>x</script>', "/%22%3E%3Cscript%3E", "/%0d%0aset-cookie:x", "/\\evil"):
        found = site.ask("GET", f"{path.replace(' ', '')}?token={site.token}")
        target = re.search(r'content="0; url=([^"]*)"', found.text)
        assert target
        assert target[1].startswith("/")
        assert not target[1].startswith("//")
        assert "<script" not in found.text


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""]
)
def test_another_name_of_this_machine_is_refused(site: Site, host: str) -> None:
    """A page of another site could reach this server under its own name, which it makes lead here (DNS rebinding)."""
    found = site.ask("GET", "/runs", host=host.format(port=site.port), cookie=site.cookie)
    assert found.status == 421
    assert site.ask("GET", f"/?token={site.token}", host=host.format(port=site.port)).status == 421


def test_its_own_names_are_taken(site: Site) -> None:
    for host in (f"127.0.0.1:{site.port}", f"localhost:{site.port}", f"LOCALHOST:{site.port}"):
        assert site.ask("GET", "/runs", host=host, cookie=site.cookie).status == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:1", "null", "http://127.0.0.1", "file://"]
)
def test_other_origins_are_refused(site: Site, origin: str) -> None:
    for method, path in (("GET", "/runs"), ("POST", "/ask"), ("GET", "/live")):
        assert site.ask(method, path, b"", origin=origin, cookie=site.cookie).status == 403


def test_a_form_needs_to_say_where_it_comes_from(site: Site) -> None:
    assert site.ask("POST", "/ask", b"request=x", cookie=site.cookie).status == 403
    assert site.ask("POST", "/ask", b"request=x", cookie=site.cookie, sec_fetch_site="cross-site").status == 403
    assert site.ask("POST", "/ask", b"request=x", origin=site.address).status == 403  # without the cookie
    assert site.ask("POST", f"/ask?token={site.token}", b"request=x", origin=site.address).status == 403
    assert site.post("/ask", request="").status == 400  # let in, and told that it is empty


def test_every_answer_says_what_its_page_may_do(site: Site) -> None:
    for path in ("/runs", "/nothing", "/static/viewer.js", "/runs/py/ut/1.json"):
        headers = site.get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers
    assert "unsafe" not in POLICY
    assert site.ask("GET", "/runs").headers["content-security-policy"] == POLICY  # also of those that are not let in


def test_other_methods_are_refused(site: Site) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert site.ask(method, "/runs", b"", origin=site.address, cookie=site.cookie).status == 405


def test_too_large_a_form_is_refused(site: Site) -> None:
    found = site.ask("POST", "/ask", b"request=" + b"x" * 1_100_000, cookie=site.cookie, origin=site.address)
    assert found.status == 413


def test_names_and_addresses_follow_where_it_listens() -> None:
    assert hosts_of("127.0.0.1", 8) == ["127.0.0.1:8", "localhost:8"]
    assert hosts_of("::1", 8) == ["127.0.0.1:8", "[::1]:8", "localhost:8"]
    assert hosts_of("127.0.0.1", 80) == ["127.0.0.1", "127.0.0.1:80", "localhost", "localhost:80"]
    assert address_of("::1", 8, "t") == "http://[::1]:8/?token=t"
    assert address_of("127.0.0.1", 8, "t") == "http://127.0.0.1:8/?token=t"
