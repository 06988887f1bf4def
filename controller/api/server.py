"""The server: one loopback socket, bounded in every direction, stopped by an event."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from controller.api.app import close
from controller.api.listen_address import check_listen_address
from controller.domain.errors import Conflict

MAX_CONNECTIONS = 256
BACKLOG = 128
MAX_HEAD_BYTES = 16 * 1024
HEAD_S = 10.0
"""A connection that has not sent a whole request head in this time is closed (slowloris)."""
KEEP_ALIVE_S = 15
GRACE_S = 5
"""What still runs this long after the stop is cut off."""


async def serve(
    app: FastAPI, host: str, port: int, stop: asyncio.Event, *, listening: asyncio.Future[int] | None = None
) -> None:
    """Serve until `stop` is set; `listening` is given the port as soon as requests are taken (0 asks for a free one).

    Invalid where the address is not loopback, Conflict where it is taken.
    """
    check_listen_address(host)
    listener = bind(host, port)
    server = _Server(_config(app), listening, listener.getsockname()[1])
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="api-server")
    stopping = asyncio.create_task(stop.wait(), name="api-stop")
    try:
        await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
        close(app)
        server.should_exit = True
        await serving
    finally:
        serving.cancel()
        stopping.cancel()
        await asyncio.gather(serving, stopping, return_exceptions=True)
        listener.close()


class _Server(uvicorn.Server):
    """Leaves signals to the program, and tells when it listens."""

    def __init__(self, config: uvicorn.Config, listening: asyncio.Future[int] | None, port: int) -> None:
        super().__init__(config)
        self._listening = listening
        self._port = port

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._listening is not None and self.started and not self._listening.done():
            self._listening.set_result(self._port)


class _ImpatientH11(H11Protocol):
    """Closes a connection whose next request head does not arrive in time."""

    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._expect_head()
        else:
            self._head_came()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        if self._overdue is None:
            self._overdue = self.loop.call_later(HEAD_S, self.transport.close)

    def _head_came(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_ImpatientH11,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
    )


def bind(host: str, port: int) -> socket.socket:
    """A listening loopback socket. Conflict where the address cannot be had."""
    address = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        return _listen(socket.AF_INET6 if ":" in address else socket.AF_INET, address, port)
    except OSError as error:
        raise Conflict(
            f"the API cannot listen on {host}:{port}: {error.strerror or error}. "
            "Stop the program that uses the port, or choose another with NIGHTSHIFT_API_PORT."
        ) from error


def _listen(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    """Names TCP as the protocol, since asyncio sets TCP_NODELAY on such sockets only.

    Without it the body of an answer waits for the acknowledgement of its head, about 40 ms.
    """
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
