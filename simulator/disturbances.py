"""What several robots have in common fails: one physical event, felt by each of them at the same moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.hardware.causes.kinds import CauseKind
from simulator.hardware.troubles import Trouble
from simulator.robot import Robot
from simulator.shared import robots_in
from simulator.timeline import Timeline

CLOCK_S = 60.0
"""How often a cause that strikes by itself may do so."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One cause and the share of it that each robot has; shares strike and are cured together."""

    number: int
    where: str
    """As it was named: ALL, or names with commas between."""
    shares: tuple[tuple[str, Trouble], ...]


class Disturbances:
    """All that robots share and that is or was wrong with it."""

    def __init__(self, robots: Mapping[str, Robot], timeline: Timeline) -> None:
        self._robots = robots
        self._timeline = timeline
        self._known: dict[str, Disturbance] = {}
        self._awaited: set[str] = set()
        """Somebody has been called to it."""
        self.last_number = 0

    def begin(self, number: int, where: str, kind: CauseKind, severity: float, at: float) -> Disturbance:
        """The same cause in each of these robots, as one."""
        shares = []
        for name in robots_in(where, tuple(self._robots)):
            trouble = self._robots[name].machine.troubles.begin(kind, severity, at)
            trouble.shared = f"S{number}"
            shares.append((name, trouble))
        made = Disturbance(number, where, tuple(shares))
        self._known[f"S{number}"] = made
        self.last_number = max(self.last_number, number)
        self._timeline.call_at(self._timeline.now + CLOCK_S, self._tick, made)
        return made

    def of(self, trouble: Trouble) -> Disturbance | None:
        """The one of which the trouble is a robot's share; None where it is that robot's own."""
        return None if trouble.shared is None else self._known[trouble.shared]

    def calls(self, trouble: Trouble) -> bool:
        """Whether somebody has to be called to it: one person comes for what robots share."""
        if trouble.shared is None:
            return True
        called = trouble.shared in self._awaited
        self._awaited.add(trouble.shared)
        return not called

    def has_come(self, trouble: Trouble) -> None:
        """Whoever was called is done."""
        if trouble.shared is not None:
            self._awaited.discard(trouble.shared)

    def _tick(self, made: Disturbance) -> None:
        """It strikes all robots at the same moment, or none."""
        first, lead = made.shares[0]
        troubles = self._robots[first].machine.troubles
        if lead not in troubles.active:
            return
        self._timeline.call_at(self._timeline.now + CLOCK_S, self._tick, made)
        spared = [(name, share) for name, share in made.shares if share.standing is None]
        blow = troubles.tick(replace(lead, standing=None), self._timeline.now, CLOCK_S / 3600.0) if spared else None
        if blow is None:
            return
        for name, share in spared:
            program = self._robots[name].program
            if program is not None:
                program.watch.meet(replace(blow, trouble=share))
