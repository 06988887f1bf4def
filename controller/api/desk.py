"""What every route works with, joined once when the application is made."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request

from controller.api.engine_face import EngineFace
from controller.api.forecast_board import ForecastBoard
from controller.api.stream import StreamHub
from controller.domain.errors import NotFound
from controller.domain.robot import Robot
from controller.engine.ports import Archive, Clock


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the API; times are real seconds, whatever the speed of the site."""

    body_bytes: int = 64 * 1024
    body_s: float = 10.0
    """A body that takes longer to arrive is refused."""
    long_poll_s: float = 20.0
    """How long a worker's claim waits for work."""
    heartbeat_s: float = 15.0
    send_s: float = 30.0
    """A stream client that takes nothing for so long is dropped."""
    stream_clients: int = 64
    client_entries: int = 512
    """Entries that wait for one stream client; beyond, it gets a reset instead of them."""
    replay_entries: int = 10_000
    """A stream that resumes further back gets a reset."""


class RequestObserver(Protocol):
    def answered(self, method: str, route: str, status: int, duration_s: float) -> None:
        """`route` is the template, never the address: its values are bounded."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    engine: EngineFace
    archive: Archive
    clock: Clock
    limits: Limits
    hub: StreamHub
    exposition: Callable[[], bytes]
    """The metrics in the Prometheus text format 0.0.4."""
    forecasts: ForecastBoard
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once at the end: whoever waits on behalf of a client answers now."""

    def robot(self, robot: str) -> Robot:
        """NotFound, naming those that there are, where there is none of that id."""
        robots = self.engine.state.robots
        if robot not in robots:
            raise NotFound(f"there is no robot {robot} at this site; there are {', '.join(robots)}")
        return robots[robot]


def _desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


DeskDep = Annotated[Desk, Depends(_desk_of)]
