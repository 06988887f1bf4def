"""The same function on several values at once, each in a process that is forked for it.

What the caller has built is shared with every process and copied only where it is changed: a core is used up by
each run and costs nothing. Only for a program without threads.
"""

import gc
import os
import pickle
import selectors
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 1 << 16


class RunLost(Exception):
    """A forked process ended without its result."""


def map_forked(function: Callable[[T], R], values: Sequence[T], at_once: int) -> list[R]:
    """`function` of each value, in their order. RunLost where a process died or its function failed."""
    results: dict[int, R] = {}
    waiting = list(range(len(values)))
    running: dict[int, tuple[int, int, bytearray]] = {}
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and len(running) < at_once:
                    place = waiting.pop(0)
                    child, pipe = _start(function, values[place])
                    running[pipe] = (place, child, bytearray())
                    selector.register(pipe, selectors.EVENT_READ)
                for key, _ in selector.select():
                    _read(key.fd, running, selector, results)
        finally:
            for pipe, (_, child, _) in running.items():
                os.close(pipe)
                os.kill(child, 9)
                os.waitpid(child, 0)
    return [results[place] for place in range(len(values))]


def _read(
    pipe: int,
    running: dict[int, tuple[int, int, bytearray]],
    selector: selectors.BaseSelector,
    results: dict[int, R],
) -> None:
    place, child, received = running[pipe]
    chunk = os.read(pipe, _CHUNK)
    if chunk:
        received += chunk
        return
    selector.unregister(pipe)
    os.close(pipe)
    del running[pipe]
    _, status = os.waitpid(child, 0)
    if status != 0 or not received:
        raise RunLost(f"a run of the forecast ended with status {os.waitstatus_to_exitcode(status)}")
    results[place] = pickle.loads(received)


def _start(function: Callable[[T], R], value: T) -> tuple[int, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        # It lives for seconds: nothing that it makes need be collected, and untouched pages stay shared.
        gc.disable()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(function(value), pickle.HIGHEST_PROTOCOL))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
