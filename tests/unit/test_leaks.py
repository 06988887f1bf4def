"""The guards that every test runs under notice what they are there for."""

import asyncio
import socket
import threading

import pytest

from tests.support.tasks import no_socket_left, no_task_left, no_thread_left


async def test_a_task_that_goes_on_is_noticed() -> None:
    with pytest.raises(AssertionError, match="left tasks running"):
        async with no_task_left():
            task = asyncio.ensure_future(asyncio.Event().wait())
    task.cancel()


async def test_a_task_that_ends_is_not() -> None:
    async with no_task_left():
        task = asyncio.ensure_future(asyncio.sleep(0))
    assert task.done()


def test_a_thread_that_goes_on_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.tasks._JOIN_S", 0.01)
    stop = threading.Event()
    with pytest.raises(AssertionError, match="left threads running"), no_thread_left():
        threading.Thread(target=stop.wait).start()
    stop.set()


def test_an_open_socket_is_noticed() -> None:
    with pytest.raises(AssertionError, match="left 1 sockets open"), no_socket_left():
        left = socket.socket()
    left.close()
