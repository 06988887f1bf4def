"""A centre that answers the commands as a test says, and what they asked of it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from controller.cli.asking import Centre


def answer_with(monkeypatch: pytest.MonkeyPatch, handler: Callable[[httpx.Request], httpx.Response]) -> None:
    """Whatever a command asks of the centre is asked of `handler`."""
    transport = httpx.MockTransport(handler)
    monkeypatch.setattr("controller.cli.asking.Centre", lambda base: Centre(base, transport))


class Asked(list[tuple[str, Any]]):
    """`GET /path` with its query, `POST /path` with its body, in order."""

    @property
    def posted(self) -> list[tuple[str, Any]]:
        """What the centre was asked to do."""
        return [each for each in self if each[0].startswith("POST ")]


def answer_from(monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, Any]) -> Asked:
    """The centre answers `GET /path` and `POST /path` from a table; a POST without a key of its own is an error."""
    asked = Asked()

    def answer(request: httpx.Request) -> httpx.Response:
        said = f"{request.method} {request.url.path}"
        asked.append((said, json.loads(request.content) if request.content else dict(request.url.params)))
        if request.method == "POST":
            assert request.headers["Idempotency-Key"].startswith("cli-")
        return httpx.Response(200, json=answers[said])

    answer_with(monkeypatch, answer)
    return asked
