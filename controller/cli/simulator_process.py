"""The simulated robots of `nightshift up`: a child process, in the place of nine machines on the wire."""

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from controller.domain.errors import NightshiftError

STOP_TIMEOUT_S = 5.0
_LAST_WORDS_CHARACTERS = 600


class SimulatorFailed(NightshiftError):
    """The simulated robots do not run."""

    code = "simulator_failed"


class SimulatorProcess:
    """`nightshift-sim run` with these arguments for the time of an `async with`; what it says goes to a log file.

    It ends when its input does, which this process holds open: people who go on after we were killed would place their
    orders at whichever centre has our port next. One that is still about to end is ended first: two would both move
    the packs of one physical record.
    """

    def __init__(self, folder: Path, arguments: Sequence[str]) -> None:
        self._folder = folder
        self._arguments = tuple(arguments)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "pid").open("a+") as held:
            await self._end_left_over(held)
            with self._log_file.open("ab") as log:
                # The child inherits the lock with the file and holds it as long as it lives, whatever becomes of us.
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "simulator", "run"),
                    *self._arguments,
                    "--end-with-input",
                    stdin=asyncio.subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    pass_fds=(held.fileno(),),
                    start_new_session=True,
                )
            held.truncate(0)
            held.write(str(self._process.pid))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def died(self) -> str:
        """Wait until the process has ended; its exit code and its last words."""
        assert self._process is not None
        code = await self._process.wait()
        words = self._log_file.read_text(errors="replace")[-_LAST_WORDS_CHARACTERS:].strip()
        return f"The simulated robots ended with code {code}. Their log, {self._log_file}, ends with: {words}"

    @property
    def _log_file(self) -> Path:
        return self._folder / "simulator.log"

    async def _end_left_over(self, held: IO[str]) -> None:
        if _locked(held):
            return
        held.seek(0)
        pid = held.read().strip()
        if not pid.isdigit():
            raise SimulatorFailed(f"Another simulator uses {self._folder}: end it, or choose another with --data.")
        # The lock is held, so this is the process that holds it and not one that was given its number later.
        os.kill(int(pid), signal.SIGKILL)
        await asyncio.to_thread(fcntl.flock, held, fcntl.LOCK_EX)


def _locked(held: IO[str]) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
