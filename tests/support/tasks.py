"""What a test must not leave behind: running tasks, threads, open sockets."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

_OPEN_FILES = Path("/proc/self/fd")
_JOIN_S = 5.0


@asynccontextmanager
async def no_task_left() -> AsyncIterator[None]:
    """Fails when tasks that began inside the block are still running at its end."""
    before = asyncio.all_tasks()
    yield
    for _ in range(5):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, f"the test left tasks running: {sorted(map(repr, left))}"


@contextmanager
def no_thread_left() -> Iterator[None]:
    """Fails when threads that began inside the block do not end."""
    before = set(threading.enumerate())
    yield
    begun = set(threading.enumerate()) - before
    for thread in begun:
        thread.join(_JOIN_S)
    left = sorted(thread.name for thread in begun if thread.is_alive())
    assert not left, f"the test left threads running: {left}"


@contextmanager
def no_socket_left() -> Iterator[None]:
    """Fails when sockets that were opened inside the block are still open. Sees sockets on Linux only."""
    before = open_sockets()
    yield
    if open_sockets() - before:
        gc.collect()
        left = open_sockets() - before
        assert not left, f"the test left {len(left)} sockets open"


def open_sockets() -> set[str]:
    """The sockets of this process, by the kernel's name for each."""
    found = set()
    for entry in _OPEN_FILES.iterdir() if _OPEN_FILES.is_dir() else ():
        with suppress(FileNotFoundError):
            found.add(str(entry.readlink()))
    return {name for name in found if name.startswith("socket:")}
