"""A request under the key of its replies, and the protocol of what keeps them. Needs no database."""

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any, Protocol, Self

from selfdebug.messages import Form, Reply, Request

_REQUEST_FIELDS = tuple(field.name for field in fields(Request))


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request to one model, with the key under which its replies are stored.

    Attributes:
        key: SHA-256 of the canonical JSON of model, address and request, in hexadecimal digits.
        model: the model's name.
        address: where it is, without credentials.
        request: all fields of the request, and its form, as JSON.
    """

    key: str
    model: str
    address: str
    request: str

    @classmethod
    def of(cls, model: str, address: str, form: Form, request: Request) -> Self:
        """The request as it is stored for a model of that name, address and form."""
        data: dict[str, Any] = {name: getattr(request, name) for name in _REQUEST_FIELDS}
        data["messages"] = [{"role": message.role, "content": message.content} for message in request.messages]
        text = canonical_json({"form": form, **data})
        key = hashlib.sha256(f"{canonical_json([model, address])}{text}".encode()).hexdigest()
        return cls(key, model, address, text)


class ReplyStorage(Protocol):
    """What keeps replies: `ReplyStore`, or anything like it."""

    async def get(self, request: StoredRequest) -> dict[int, Reply]:
        """The replies that are stored, by the sample's index, each marked as `stored`."""
        ...

    async def put(self, request: StoredRequest, sample: int, reply: Reply) -> None:
        """Store a reply; on return it is safe. One that was there is replaced."""
        ...


def canonical_json(value: object) -> str:
    """JSON that is the same for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
