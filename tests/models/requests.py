"""Requests that tests of models share."""

from __future__ import annotations

from typing import Any

from selfdebug.messages import Message, Request


def chat(text: str = "ping", **fields: Any) -> Request:
    return Request(messages=(Message("user", text),), **fields)


def completion(text: str = "ping", **fields: Any) -> Request:
    return Request(prompt=text, **fields)
