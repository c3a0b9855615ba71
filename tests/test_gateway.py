"""What is refused before Flask hears of it: a problem document in the client's language."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from dxgraph.settings import Settings
from dxgraph.web import gateway
from dxgraph.web.gateway import Gateway, Receive
from dxgraph.web.journal import Journal

JAPANESE = ("", "ja,en;q=0.5", "fr")
ENGLISH = ("en-GB, ja;q=0.5", "ja;q=0.3, en", "en")


class Client:
    """Sends one request to a gateway over no application, and keeps what comes back."""

    def __init__(self, *, busy: bool = False) -> None:
        settings = Settings(log="off", waiting=0 if busy else 8)
        self._gateway = Gateway(_nothing, settings, lambda: "v", Journal("off"))

    def post(self, receive: Receive, length: int, language: str) -> tuple[int, dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        headers = [(b"content-length", str(length).encode())]
        if language:
            headers.append((b"accept-language", language.encode()))
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/sparql",
            "query_string": b"",
            "headers": headers,
        }
        asyncio.run(self._gateway(scope, receive, send))
        assert (b"content-type", b"application/problem+json") in sent[0]["headers"]
        return sent[0]["status"], json.loads(sent[1]["body"])


def _nothing(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    raise AssertionError("asked")


async def _large() -> dict[str, Any]:
    return {"type": "http.request", "body": b"a" * 1_100_000, "more_body": False}


async def _never() -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}


def _said(kind: str, language: str) -> tuple[int, dict[str, Any]]:
    if kind == "late":
        return Client().post(_never, 10, language)
    return Client(busy=kind == "busy").post(_large, 1_100_000, language)


@pytest.mark.parametrize(
    ("kind", "status", "en", "ja"),
    [
        ("busy", 503, "too many requests", "混み合っています"),
        ("large", 413, "at most 1,000,000 bytes", "1,000,000 バイト"),
        ("late", 408, "within 30 seconds", "30 秒以内"),
    ],
)
def test_a_refusal_is_told_in_the_language_asked_for(
    monkeypatch: pytest.MonkeyPatch, kind: str, status: int, en: str, ja: str
) -> None:
    monkeypatch.setattr(gateway, "_BODY_SECONDS", 0.01)
    for languages, words in ((JAPANESE, ja), (ENGLISH, en)):
        for language in languages:
            found, problem = _said(kind, language)
            assert (found, problem["status"]) == (status, status)
            assert words in problem["detail"]
