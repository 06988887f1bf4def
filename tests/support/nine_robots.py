"""The small site with its nine robots on virtual time, and storms of faults on its wires."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx

from controller.domain.alarm import Alarm
from controller.domain.robot import Trust
from controller.intake.site import read_site
from controller.rehearsal.world import World
from controller.storage.inline import InlineSqliteStore
from simulator.centre import Centre
from simulator.record import MemoryRecord
from simulator.scenarios import SMALL_SITE
from simulator.site import read_site as read_simulated_site
from tests.support.ledgers import open_ledger
from tests.support.world_api import WorldApi

START_AT = datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp()
GREETED_S = 120.0


def build_ledger(folder: Path) -> Path:
    """A database that holds the site; each run works on a copy."""
    database = folder / "nine.sqlite"
    open_ledger(database, read_site(SMALL_SITE), now=START_AT).close()
    return database


class NineRobots:
    """All robots greeted and at work. Nobody repairs anything unasked. `close` it at the end."""

    def __init__(self, ledger: Path, folder: Path) -> None:
        self.database = folder / "ledger.sqlite"
        self.database.write_bytes(ledger.read_bytes())
        self.store = InlineSqliteStore(self.database)
        centre = Centre(
            read_simulated_site(SMALL_SITE),
            seed=5,
            faults="none",
            record=MemoryRecord(),
            start_at=START_AT,
            repairs=False,
        )
        self.world = World(centre, self.store, site="small", start_at=START_AT, window_s=0.5)
        self.robots = tuple(centre.robots)
        self._api: WorldApi | None = None
        self.pass_s(GREETED_S)

    def close(self) -> None:
        if self._api is not None:
            self._api.close()
        self.store.close()

    @property
    def transport(self) -> httpx.BaseTransport:
        """The API, for commands; time goes on between two requests."""
        if self._api is None:
            self._api = WorldApi(self.world, self.database)
        return self._api.transport

    # ---- what happens -----------------------------------------------------------------------------------

    def pass_s(self, seconds: float) -> None:
        self.world.run_until(self.world.now + seconds)

    def pass_until(self, holds: Callable[[], bool], at_most_s: float = 3600.0) -> None:
        """Fails where it does not come to hold."""
        end_at = self.world.now + at_most_s
        while not holds():
            assert self.world.now < end_at, sorted(self.world.core.state.alarms)
            self.pass_s(5.0)

    def inject(self, where: str, code: str) -> None:
        _, outputs = self.world.centre.inject(where, self.world.now, code=code, severity=1.0, in_s=0.0)
        self.world.take(outputs)

    def remedy(self, where: str, action: str) -> None:
        _, outputs = self.world.centre.remedy(where, action, "Ann", self.world.now)
        self.world.take(outputs)

    def sense(self, robot: str, code: str, level: int, location: str | None = None) -> str | None:
        """A sensor raises a fault, whatever the reason; None where the robot has no power."""
        program = self.world.centre.robots[robot].program
        if program is None:
            return None
        occurrence = program.condition.raise_fault(code, level, location=location)
        self._say()
        return occurrence

    def unsense(self, robot: str, occurrence: str) -> None:
        program = self.world.centre.robots[robot].program
        if program is not None:
            program.condition.clear_fault(occurrence)
            self._say()

    def door(self, robot: str, *, opened: bool) -> None:
        """Somebody opens the door, or shuts it and does not reset."""
        here = self.world.centre.robots[robot]
        if opened:
            here.open_door()
        else:
            here.close_door()
        self._say()

    def _say(self) -> None:
        self.world.take(self.world.centre.advance(self.world.now))

    # ---- what is seen -----------------------------------------------------------------------------------

    @property
    def standing(self) -> list[Alarm]:
        return list(self.world.core.state.alarms.values())

    @property
    def shown(self) -> list[str]:
        """Conditions of the alarms that a person sees by themselves."""
        return sorted(alarm.condition for alarm in self.standing if not alarm.suppressed)

    def attached_to(self, condition: str) -> list[str]:
        root = self.world.core.state.alarms[condition].alarm_id
        return sorted(alarm.condition for alarm in self.standing if alarm.root == root)

    def raised(self) -> list[str]:
        """Every alarm that was ever shown by itself, by the committed rows, in their order."""
        with closing(sqlite3.connect(self.database)) as ledger:
            rows = ledger.execute("SELECT condition FROM alarms WHERE NOT suppressed ORDER BY raised_at").fetchall()
        return [condition for (condition,) in rows]

    def are_all(self, *trusts: Trust) -> bool:
        return all(robot.trust in trusts for robot in self.world.core.state.robots.values())
