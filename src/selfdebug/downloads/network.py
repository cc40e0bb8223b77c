"""Proxies and certificates: the same for model servers and for downloads. Credentials of ``.netrc`` are never sent."""

import functools
import ssl
import urllib.request
from urllib.parse import urlsplit

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for a URL; none for this machine, which a proxy cannot reach."""
    parts = urlsplit(url)
    if is_loopback(url) or urllib.request.proxy_bypass(parts.netloc):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


@functools.cache
def certificates() -> ssl.SSLContext:
    """The trusted certificates: the system's, or those of ``SSL_CERT_FILE``. Made once, as that takes some time."""
    import httpx2  # which few commands need, and which takes long to import

    return httpx2.create_ssl_context()
