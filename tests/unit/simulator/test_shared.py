"""The mains, the switch, the slow network: one physical event that several robots feel at the same moment."""

from collections.abc import Sequence

import pytest

from controller.protocol.events import Event, FaultRaised
from controller.protocol.reports import Presence
from simulator.centre import Centre, Output, RobotSends
from simulator.mishaps import UnknownMishap
from simulator.record import MemoryCauseLog, MemoryRecord
from simulator.repairers import Repair, Repairers
from simulator.scenarios import SMALL_SITE
from simulator.site import read_site
from simulator.truth import CauseEntry
from tests.unit.simulator.test_day import SIX

HOUR_S = 3600.0


class Floor:
    """All robots of the small site, idle, with the truth behind them."""

    def __init__(self, *, repairs: bool = False, faults: str = "none", seed: int = 7) -> None:
        self.log = MemoryCauseLog()
        self.now = SIX
        self.sent: list[tuple[float, RobotSends]] = []
        self.centre = Centre(
            read_site(SMALL_SITE),
            seed=seed,
            faults=faults,
            record=MemoryRecord(),
            start_at=SIX,
            cause_log=self.log,
            repairs=repairs,
        )
        self.robots = tuple(self.centre.robots)

    def take(self, outputs: Sequence[Output]) -> None:
        self.sent += [(self.now, output) for output in outputs if isinstance(output, RobotSends)]

    def inject(self, where: str, *, cause: str | None = None, code: str | None = None, in_s: float = 0.0) -> None:
        self.take(self.centre.inject(where, self.now, cause=cause, code=code, severity=1.0, in_s=in_s)[1])

    def remedy(self, where: str, action: str) -> list[str]:
        cured, outputs = self.centre.remedy(where, action, "Ann", self.now)
        self.take(outputs)
        return cured

    def run(self, seconds: float) -> None:
        until = self.now + seconds
        while (wake_at := self.centre.next_wake_at()) is not None and wake_at <= until:
            self.now = wake_at
            self.take(self.centre.advance(wake_at))
        self.now = until

    def events(self, *events: str) -> list[CauseEntry]:
        return [entry for entry in self.log.entries if entry.event in events]

    def moments(self, kind: type) -> dict[str, list[float]]:
        """When each robot first told such a fact."""
        told: dict[str, list[float]] = {}
        for at, output in self.sent:
            if isinstance(output.message, Event) and isinstance(output.message.body, kind):
                told.setdefault(output.robot, []).append(at)
        return told

    def lost(self) -> dict[str, float]:
        return {
            output.robot: at
            for at, output in self.sent
            if isinstance(output.message, Presence) and output.message.status == "lost"
        }

    def standing(self) -> dict[str, list[str]]:
        found = {name: self.centre.mishaps.truth(name)["causes"] for name in self.robots}
        return {name: [cause["cause"] for cause in causes] for name, causes in found.items() if causes}


def test_the_mains_fail_for_all_robots_at_one_moment_and_come_back_at_one() -> None:
    floor = Floor()
    floor.inject("ALL", code="PWR-80")
    floor.run(HOUR_S / 6)
    raised = floor.moments(FaultRaised)
    assert set(raised) == set(floor.robots)
    assert len({moments[0] for moments in raised.values()}) == 1
    assert floor.remedy("R1", "restore_mains") == ["supply_loss"]
    assert floor.standing() == {}
    began, cured = floor.events("began"), floor.events("cured")
    assert [(entry.robot, entry.cause, entry.number, entry.shared) for entry in began] == [
        ("ALL", "supply_loss", 1, "S1")
    ]
    assert [(entry.robot, entry.who) for entry in cured] == [("ALL", "Ann")]
    struck = floor.events("struck")
    assert [entry.robot for entry in struck[: len(floor.robots)]] == list(floor.robots)
    assert len({entry.fault for entry in struck}) == len(struck)


def test_a_switch_takes_the_robots_behind_it_and_no_other() -> None:
    floor = Floor()
    floor.inject("R2,R3", cause="network_switch")
    floor.run(2 * HOUR_S)
    lost = floor.lost()
    assert set(lost) == {"R2", "R3"}
    assert lost["R2"] == lost["R3"]
    assert floor.standing() == {"R2": ["network_switch"], "R3": ["network_switch"]}
    assert floor.remedy("R3", "restart_switch") == ["network_switch"]
    assert all(robot.cable_up for robot in floor.centre.robots.values())


def test_one_person_comes_for_what_robots_share(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[float] = []
    call = Repairers.call

    def counted(repairers: Repairers, code: str, at: float) -> Repair:
        called.append(at)
        return call(repairers, code, at)

    monkeypatch.setattr(Repairers, "call", counted)
    floor = Floor(repairs=True)
    floor.inject("ALL", cause="network_switch")
    floor.run(24 * HOUR_S)
    ends = floor.events("cured", "tried")
    blows = {entry.at for entry in floor.events("struck")}
    assert ends[-1].event == "cured"
    assert {entry.robot for entry in ends} == {"ALL"}
    assert called == sorted(blows)
    assert len(ends) == len(called)
    assert floor.standing() == {}


def test_what_a_technician_resets_at_one_robot_comes_back_and_is_still_ended_for_all() -> None:
    floor = Floor(repairs=True)
    floor.inject("ALL", cause="network_switch")
    while not floor.events("struck"):
        floor.run(60.0)
    floor.remedy("R1", "reset")
    assert floor.centre.robots["R1"].cable_up
    floor.run(24 * HOUR_S)
    assert floor.standing() == {}
    assert all(robot.cable_up for robot in floor.centre.robots.values())


def test_the_worn_cup_of_one_machine_is_not_shared() -> None:
    floor = Floor()
    with pytest.raises(UnknownMishap, match="worn_cup sits in one machine"):
        floor.inject("ALL", code="VAC-14")
    with pytest.raises(UnknownMishap, match="no robot R77"):
        floor.inject("R1,R77", code="PWR-80")
    assert floor.standing() == {}


def test_a_plan_has_it_begin_for_a_list_of_robots(tmp_path_factory: pytest.TempPathFactory) -> None:
    plan = tmp_path_factory.mktemp("plan") / "dip.json"
    plan.write_text('[{"t": 60, "robot": ["R1", "R3"], "code": "PWR-80"}, {"t": 9, "robot": "ALL", "code": "NET-91"}]')
    floor = Floor(faults=str(plan))
    floor.run(61.0)
    assert [(entry.robot, entry.cause) for entry in floor.events("began")] == [
        ("ALL", "slow_link"),
        ("R1,R3", "supply_loss"),
    ]
