"""Who may call, how much they may send, in what form."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from controller.api.desk import Limits
from controller.api.listen_address import check_listen_address
from controller.domain.errors import Invalid
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import KEY, ORDER

JSON = {"Content-Type": "application/json", **KEY}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.8.7", "::1", "localhost", "LOCALHOST", "[::1]"])
def test_loopback_may_be_listened_on(host: str) -> None:
    check_listen_address(host)


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",
        "::",
        "",
        "192.168.1.4",
        "10.0.0.1",
        "example.org",
        "localhost.example.org",
        "127.0.0.1.nip.io",
        "2130706433",
    ],
)
def test_nothing_else_may_be_listened_on(host: str) -> None:
    with pytest.raises(Invalid, match="no sign-in yet"):
        check_listen_address(host)


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LocalHost"])
async def test_own_names_are_answered(centre: Centre, host: str) -> None:
    answer = await centre.client.get("/livez", headers={"Host": host})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:8080", "192.168.1.4", "", "[", "localhost@evil"]
)
async def test_dns_rebinding_gets_nothing(centre: Centre, host: str) -> None:
    answer = await centre.client.get("/api/v1/robots", headers={"Host": host})
    assert answer.status_code == 421
    assert answer.json()["code"] == "foreign_host"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://localhost:9999", "null", "https://localhost.evil", "http://["]
)
async def test_foreign_pages_change_nothing(centre: Centre, origin: str) -> None:
    answer = await centre.client.post("/api/v1/orders", json=ORDER, headers={**KEY, "Origin": origin})
    assert answer.status_code == 403
    assert answer.json()["code"] == "foreign_origin"
    assert centre.engine.asked == []


async def test_own_page_may_change(centre: Centre) -> None:
    answer = await centre.client.post("/api/v1/orders", json=ORDER, headers={**KEY, "Origin": "http://localhost"})
    assert answer.status_code == 201


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
async def test_forms_are_no_requests(centre: Centre, media_type: str | None) -> None:
    headers = {**KEY, **({"Content-Type": media_type} if media_type else {})}
    answer = await centre.client.post("/api/v1/orders", content=json.dumps(ORDER), headers=headers)
    assert answer.status_code == 415
    assert centre.engine.asked == []


async def test_body_of_64_kib_is_read_and_one_more_byte_is_not(centre: Centre) -> None:
    body = json.dumps(ORDER).encode()
    full = await centre.client.post("/api/v1/orders", content=body.ljust(64 * 1024), headers=JSON)
    over = await centre.client.post("/api/v1/orders", content=body.ljust(64 * 1024 + 1), headers=JSON)
    assert (full.status_code, over.status_code) == (201, 413)


async def test_an_endless_body_is_not_read_to_its_end(centre: Centre) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100:
            sent += 1
            yield b" " * 16 * 1024

    answer = await centre.client.post("/api/v1/orders", content=endless(), headers=JSON)
    assert answer.status_code == 413
    assert sent < 10


class TestSlowBody:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(body_s=0.01)

    async def test_a_body_that_never_comes_is_not_waited_for(self, centre: Centre) -> None:
        never = asyncio.Event()

        async def stuck() -> AsyncIterator[bytes]:
            yield b"{"
            await never.wait()

        answer = await centre.client.post("/api/v1/orders", content=stuck(), headers=JSON)
        assert answer.status_code == 408


async def test_header_names_of_any_case(centre: Centre) -> None:
    headers = httpx.Headers({"idempotency-key": "k", "CONTENT-TYPE": "Application/JSON; charset=utf-8"})
    answer = await centre.client.post("/api/v1/orders", content=json.dumps(ORDER), headers=headers)
    assert answer.status_code == 201
