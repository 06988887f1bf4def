"""The real server on a real loopback socket: it starts, serves, holds its bounds, and stops when told."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from typing import cast

import httpx
import pytest
from fastapi import FastAPI

from controller.api import server
from controller.api.desk import Limits
from controller.api.server import serve
from controller.domain.errors import Conflict, Invalid
from tests.unit.api.conftest import NotedAnswers, make_app
from tests.unit.api.fake_engine import FakeEngine
from tests.unit.api.requests_of_every_route import KEY, ORDER
from tests.unit.api.small_centre import entry, small_archive, small_engine

DEADLINE_S = 10.0


@pytest.fixture
def engine() -> FakeEngine:
    return small_engine()


@pytest.fixture
def app(engine: FakeEngine) -> FastAPI:
    return make_app(engine, small_archive(engine), Limits(), NotedAnswers())


@contextlib.asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[tuple[int, asyncio.Event, "asyncio.Task[None]"]]:
    stop = asyncio.Event()
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve(app, "127.0.0.1", 0, stop, listening=listening))
    try:
        async with asyncio.timeout(DEADLINE_S):
            port = await listening
        yield port, stop, task
    finally:
        stop.set()
        async with asyncio.timeout(DEADLINE_S):
            await task


async def test_requests_are_served(app: FastAPI) -> None:
    async with running(app) as (port, _, _), httpx.AsyncClient(base_url=f"http://localhost:{port}") as client:
        answer = await client.post("/api/v1/orders", json=ORDER, headers=KEY)
        assert answer.status_code == 201
        assert "server" not in answer.headers


async def test_stream_over_a_socket_resumes_and_follows(app: FastAPI, engine: FakeEngine) -> None:
    async with running(app) as (port, _, _), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        resuming = {"Last-Event-ID": "3"}
        async with asyncio.timeout(DEADLINE_S), client.stream("GET", "/api/v1/stream", headers=resuming) as stream:
            lines = cast(AsyncGenerator[str, None], stream.aiter_lines())
            first = await _next_id(lines)
            engine.write(entry(5))
            second = await _next_id(lines)
            await lines.aclose()
        assert [first, second] == [4, 5]


async def _next_id(lines: AsyncIterator[str]) -> int:
    while not (line := await anext(lines)).startswith("id: "):
        pass
    return int(line.removeprefix("id: "))


async def test_stop_ends_streams_and_long_polls(app: FastAPI) -> None:
    async with running(app) as (port, stop, task), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        claim = asyncio.create_task(client.post("/api/v1/stations/DOCK/claims", json={"worker": "Ann"}))
        async with client.stream("GET", "/api/v1/stream") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 2000"
            stop.set()
            async with asyncio.timeout(DEADLINE_S):
                assert [line async for line in lines] == [""]
                await task
        assert (await claim).json() == {"work": None}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_answers_are_not_held_back_by_the_network(host: str) -> None:
    with server.bind(host, 0) as listener:
        accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        async with await asyncio.start_server(note, sock=listener) as listening:
            _, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            async with asyncio.timeout(DEADLINE_S):
                assert await accepted
            writer.close()
            await writer.wait_closed()
            listening.close()


async def test_a_taken_port_is_told_clearly(app: FastAPI, engine: FakeEngine) -> None:
    other = make_app(engine, small_archive(engine), Limits(), NotedAnswers())
    async with running(app) as (port, _, _):
        with pytest.raises(Conflict, match=f"cannot listen on 127.0.0.1:{port}.*choose another"):
            await serve(other, "127.0.0.1", port, asyncio.Event())


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
async def test_nothing_but_loopback(app: FastAPI, host: str) -> None:
    with pytest.raises(Invalid, match="no sign-in yet"):
        await serve(app, host, 0, asyncio.Event())


async def test_a_head_that_never_ends_is_cut_off(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_S", 0.05)
    async with running(app) as (port, _, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        await writer.drain()
        async with asyncio.timeout(DEADLINE_S):
            assert await reader.read() == b""
        writer.close()


async def test_a_second_head_on_the_same_connection_is_cut_off_too(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_S", 0.3)
    async with running(app) as (port, _, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        async with asyncio.timeout(DEADLINE_S):
            answer = await reader.readuntil(b'{"alive":true}')
            assert answer.startswith(b"HTTP/1.1 200")
            writer.write(b"GET /livez HTTP/1.1\r\nHo")
            assert await reader.read() == b""
        writer.close()


async def test_a_head_that_is_too_long_is_refused(app: FastAPI) -> None:
    async with running(app) as (port, _, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 2 * server.MAX_HEAD_BYTES)
        async with asyncio.timeout(DEADLINE_S):
            answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 400")
        writer.close()


async def test_more_connections_than_may_are_turned_away(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 3)
    async with running(app) as (port, _, _):
        crowd = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.get("/livez")).status_code == 503
        for _, writer in crowd:
            writer.close()
            await writer.wait_closed()
