"""A TCP proxy on the loopback that delays, stalls, resets or cuts what passes through it."""

import asyncio
import socket
import struct
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65536


class TcpFaultProxy:
    """Forwards to `target_port` for the time of an `async with`. Faults may be changed while connections stand."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._bytes_left: int | None = None
        self.delay_s = 0.0
        """Each chunk waits so long, in both directions."""
        self.accepted = 0
        """Connections that were taken."""

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def stall(self) -> None:
        """Take bytes no further, until `flow`: the blackhole that both sides believe to be a connection."""
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def reset(self) -> None:
        """End every connection with an RST."""
        for writer in self._writers:
            connection: socket.socket = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def cut_after(self, count: int) -> None:
        """Let `count` more bytes through, both directions together, then end every connection; once."""
        self._bytes_left = count

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.accepted += 1
        self._connections.add(task)
        try:
            await self._forward(reader, writer)
        finally:
            self._connections.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = {writer}
        try:
            target_reader, target_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
            writers.add(target_writer)
            self._writers |= writers
            there = asyncio.create_task(self._pump(reader, target_writer))
            back = asyncio.create_task(self._pump(target_reader, writer))
            try:
                await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                there.cancel()
                back.cancel()
                await asyncio.gather(there, back, return_exceptions=True)
        except OSError:
            # The target is not there: the caller finds its connection closed, as it would without a proxy.
            return
        finally:
            self._writers -= writers
            for each in writers:
                each.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            await self._flowing.wait()
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            if self._bytes_left is not None:
                chunk = chunk[: self._bytes_left]
                self._bytes_left -= len(chunk)
            writer.write(chunk)
            await writer.drain()
            if self._bytes_left == 0:
                self._bytes_left = None
                self.reset()
