"""Where a model server is: a base URL taken apart, so that what is shown and logged holds no credentials."""

import os
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from selfdebug.downloads.network import is_loopback
from selfdebug.models.errors import UnreachableError, WrongKeyError

OPENAI = "https://api.openai.com/v1"
_NO_KEY = "none-needed"
_AZURE = (
    ".openai.azure.com", ".openai.azure.us", ".openai.azure.cn", ".cognitiveservices.azure.com",
    ".services.ai.azure.com", ".azure-api.net",
)  # fmt: skip
"""Hosts that take a key of Azure's own kind; its other ones, such as models.inference.ai.azure.com, do not."""


@dataclass(frozen=True, slots=True)
class ModelAddress:
    """A model server's address.

    Attributes:
        url: the base URL without user, password and query; the one to show.
        user: for HTTP basic authentication, with `password`; None where the URL has none.
        query: sent with every call, as some gateways ask for it.
        key: the API key, or a placeholder for servers that need none.
    """

    url: str
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    key: str = field(default=_NO_KEY, repr=False)

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.url)

    @property
    def is_azure(self) -> bool:
        """Whether it takes the key in a header of Azure's: told by the host, or by the version that Azure asks for."""
        versioned = any(name == "api-version" for name, _ in self.query)
        return versioned or (urlsplit(self.url).hostname or "").endswith(_AZURE)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must not be shown, longest first."""
        values = [value for name, value in self.query if name != "api-version"]
        known = {self.key, self.password, *values} - {_NO_KEY, ""}
        return tuple(sorted(known, key=len, reverse=True))


def read_address(base_url: str | None, api_key: str | None) -> ModelAddress:
    """Complete what is given from `OPENAI_BASE_URL` and `OPENAI_API_KEY`; for Azure, `AZURE_OPENAI_API_KEY` wins.

    Raises:
        UnreachableError: the base URL is no http or https URL.
        WrongKeyError: the server is OpenAI's, and there is no key; or the key can be none.
    """
    given = (base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI).strip()
    parts, host = _split(given)
    azure = os.environ.get("AZURE_OPENAI_API_KEY") if host.partition(":")[0].endswith(_AZURE) else ""
    key = (api_key or azure or os.environ.get("OPENAI_API_KEY") or "").strip()
    if not key and parts.hostname == urlsplit(OPENAI).hostname:
        raise WrongKeyError(f"{OPENAI} needs a key: set OPENAI_API_KEY, or give the base URL of another server.")
    if not (key.isprintable() and key.isascii()):
        raise WrongKeyError("The API key has a line break or an unusual character in it: copy it again.")
    return ModelAddress(
        url=urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", "")),
        user=None if parts.username is None else unquote(parts.username),
        password=unquote(parts.password or ""),
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        key=key or _NO_KEY,
    )


def _split(url: str) -> tuple[SplitResult, str]:
    """The URL's parts, and its host with the port."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host:
        # Not repeated: it may hold a password.
        raise UnreachableError("The base URL must be like http://localhost:8000/v1 (with http:// or https://).")
    host = f"[{host}]" if ":" in host else host
    return parts, host if port is None else f"{host}:{port}"
