"""The centre in real time: its timeline against the clock, its robots on MQTT, its people on HTTP."""

import asyncio
from typing import Any

from controller.protocol.commands import ControllerPresence
from simulator.centre import Centre, Output, RobotSends
from simulator.clock import SiteClock
from simulator.desk import DeskAnswer
from simulator.desk_link import DeskLink
from simulator.link import Broker, RobotLink


class LiveCentre:
    """Joins a centre with its links; `desk` is None where nobody orders or works."""

    def __init__(self, centre: Centre, clock: SiteClock, broker: Broker, api: str | None) -> None:
        self._centre = centre
        self._clock = clock
        self._links = {robot: RobotLink(centre.site.site, robot, broker, self) for robot in centre.robots}
        self._desk = None if api is None else DeskLink(api, self.answered)
        self._asking: asyncio.TaskGroup | None = None
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._asking = tasks
                for robot in self._links:
                    self._dispatch(self._centre.link_changed(robot, False, self._clock.now()))
                for link in self._links.values():
                    tasks.create_task(link.run())
                tasks.create_task(self._drive())
        finally:
            if self._desk is not None:
                await self._desk.close()

    def end(self) -> None:
        """Nobody asks anything any more: to be called before `run` is cancelled, which ends all who ask."""
        self._asking = None

    async def _drive(self) -> None:
        while True:
            self._dispatch(self._centre.advance(self._clock.now()))
            self._changed.clear()
            wake_at = self._centre.next_wake_at()
            wait_s = None if wake_at is None else self._clock.real_s(wake_at - self._clock.now())
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _dispatch(self, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, RobotSends):
                self._links[output.robot].send(output.channel, output.message)
            elif self._desk is not None and self._asking is not None:
                self._asking.create_task(self._desk.ask(output.request_id, output.request))
        for robot, link in self._links.items():
            here = self._centre.robots[robot]
            # a robot without its cable is as far away as one without power: the broker tells its last will
            link.power(here.generation if here.cable_up else 0)
        self._changed.set()

    # --- the hidden side ---------------------------------------------------------------------------------------

    def inject(self, where: str, cause: str | None, code: str | None, severity: float, in_s: float) -> str:
        """As `Centre.inject`, now."""
        begun, outputs = self._centre.inject(
            where, self._clock.now(), cause=cause, code=code, severity=severity, in_s=in_s
        )
        self._dispatch(outputs)
        return begun

    def remedy(self, where: str, action: str, who: str) -> list[str]:
        """As `Centre.remedy`, now."""
        cured, outputs = self._centre.remedy(where, action, who, self._clock.now())
        self._dispatch(outputs)
        return cured

    def truth(self, robot: str) -> dict[str, Any]:
        """The robot as it really is."""
        return self._centre.mishaps.truth(robot)

    # --- what the links tell -----------------------------------------------------------------------------------

    def link_changed(self, robot: str, up: bool) -> None:
        self._dispatch(self._centre.link_changed(robot, up, self._clock.now()))

    def received(self, robot: str, payload: bytes, retained: bool) -> None:
        self._dispatch(self._centre.receive(robot, payload, retained, self._clock.now()))

    def controller_seen(self, robot: str, presence: ControllerPresence | None) -> None:
        self._dispatch(self._centre.controller_seen(robot, presence, self._clock.now()))

    def answered(self, request_id: int, answer: DeskAnswer) -> None:
        self._dispatch(self._centre.answer(request_id, answer, self._clock.now()))
