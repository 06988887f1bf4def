"""A real broker as a process that a test can kill, freeze, start again and rob of its memory."""

import asyncio
import shutil
import signal
from abc import ABC, abstractmethod
from pathlib import Path

from tests.support.ports import free_port, until_accepting

STOP_S = 20.0
"""A broker that has not ended by then is killed."""


class BrokerProcess(ABC):
    """Listens on one loopback port, the same after each start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    @abstractmethod
    def name(self) -> str: ...

    @property
    @abstractmethod
    def memory(self) -> Path:
        """The folder in which it keeps sessions and retained messages."""

    @abstractmethod
    def command_line(self) -> list[str]:
        """Writes the configuration as well; fails, naming the package, where the program is missing."""

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self.memory.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command_line(), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )
        await until_accepting(self.port)

    async def kill(self) -> None:
        """SIGKILL: no farewell, nothing saved."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """SIGTERM, after a SIGCONT for a broker that was paused. Harmless where it does not run."""
        if self._process is not None:
            self.resume()
            try:
                await asyncio.wait_for(self._end(signal.SIGTERM), STOP_S)
            except TimeoutError:
                await self._end(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: connections stay, nothing is answered."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def wipe(self) -> None:
        """Forget all sessions and retained messages; only while it does not run."""
        assert self._process is None
        shutil.rmtree(self.memory)

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._send(number)
        await self._process.wait()
        self._process = None
