"""Profiles at robots that work: what is set shows in what they do, and robot and books never differ in silence."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from controller.domain.journal import JournalEntry
from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.rehearsal.link import Draw, Link, LinkFaults
from controller.rehearsal.world import World
from controller.storage.inline import InlineSqliteStore
from simulator.centre import Centre
from simulator.hardware.movement import Act
from simulator.record import FileRecord, read_record
from simulator.site import read_site
from tests.campaign.plant import START_AT, Plant, build_plant
from tests.support.small_centre import Run, Template
from tests.support.world_api import WorldEngine

HOUR_S = 3600.0
ROBOTS = ("R1", "R2", "R3")


# ---- at a robot that works ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    return build_plant(tmp_path_factory.mktemp("plant"), hours=4)


class Day:
    """The plant at work, with causes in it."""

    def __init__(self, plant: Plant, folder: Path, *, repairs: bool) -> None:
        self.store = InlineSqliteStore(plant.copy_database(folder))
        self.record = FileRecord(folder / "physical.jsonl")
        self.centre = Centre(
            read_site(plant.folder), seed=1, faults="none", record=self.record, start_at=START_AT,
            until_at=plant.last_order_at, repairs=repairs,
        )  # fmt: skip
        self.world = World(self.centre, self.store, site="busy", start_at=START_AT)

    def inject(self, robot: str, cause: str, severity: float = 1.0) -> None:
        _, outputs = self.centre.inject(robot, self.world.now, cause=cause, severity=severity, in_s=600.0)
        self.world.take(outputs)

    def wait(self, seconds: float) -> None:
        self.world.run_until(self.world.now + seconds)

    def until(self, holds: Callable[[], bool], *, meanwhile: Callable[[], None] = lambda: None) -> None:
        """A minute at a time, `meanwhile` in each; fails where it does not come to hold within half a day."""
        end_at = self.world.now + 12 * HOUR_S
        while not holds():
            assert self.world.now < end_at, sorted(self.world.core.state.alarms)
            meanwhile()
            self.wait(60.0)

    def reset(self, robot: str) -> None:
        """Somebody presses the button at its panel."""
        self.world.take(self.centre.remedy(robot, "reset", "Ann", self.world.now)[1])

    def do(self, action: act.Request) -> None:
        """Somebody asks for it, and what follows of it happens; raises the refusal."""
        asyncio.run(WorldEngine(self.world).do(action))
        self.wait(40.0)

    def notes(self, action: str) -> list[JournalEntry]:
        return [entry for entry in self.store.history().journal if entry.action == action]

    def close(self) -> None:
        self.store.close()
        self.record.close()


@pytest.fixture
def days(plant: Plant, tmp_path: Path) -> Iterator[list[Day]]:
    opened: list[Day] = []
    yield opened
    for day in opened:
        day.close()


def test_who_works_carefully_and_who_is_out_is_brought_back_by_name(
    plant: Plant, tmp_path: Path, days: list[Day]
) -> None:
    days.append(day := Day(plant, tmp_path, repairs=True))
    day.inject("R1", "pump_dying")
    day.inject("R2", "encoder_cable")
    day.world.run_until(START_AT + 20 * HOUR_S)
    state = day.world.core.state
    assert {entry.actor for entry in day.notes("robot.taken_out")} == {"controller"}
    assert {(entry.actor, entry.subject) for entry in day.notes("robot.put_back")} >= {("engineer", "robot:R2")}
    assert {entry.actor for entry in day.notes("fault.careful_over")} == {"engineer"}
    assert [each.withdrawn for each in state.robots.values()] == [None] * 5
    assert [sorted(each.values) for each in state.profiles["R1"]][:2] == [["vacuum_percent"], []]
    assert day.centre.robots["R1"].machine.settings.vacuum == 1.0
    careful, as_before = state.profiles["R1"][:2]
    moved = [each for each in read_record(tmp_path / "physical.jsonl") if each.robot == "R1" and each.act is Act.PICK]
    assert any(careful.made_at < each.at < as_before.made_at for each in moved), "it went on with its jaws alone"
    assert state.orders == {}


def test_how_long_it_takes_a_careful_robot_is_learned(plant: Plant, tmp_path: Path, days: list[Day]) -> None:
    days.append(day := Day(plant, tmp_path, repairs=False))
    day.world.run_until(START_AT + HOUR_S)
    before_s = day.world.core.state.times.tour_s("R1", [30.0] * 3)
    for code, axis in (("VAC-15", None), ("AXY-04", "y")):
        program = day.centre.robots["R1"].program
        assert program is not None
        program.condition.raise_fault(code, 2, axis=axis)
        day.world.take(day.centre.advance(day.world.now))
        day.wait(60.0)
    assert day.world.core.state.profiles["R1"][-1].values == {"speed_percent": 60.0, "vacuum_percent": 0.0}
    day.world.run_until(START_AT + 4 * HOUR_S)
    assert day.world.core.state.times.tour_s("R1", [30.0] * 3) > before_s + 1.0


def test_a_technician_sets_an_offset_and_reads_what_it_has_brought(
    plant: Plant, tmp_path: Path, days: list[Day]
) -> None:
    days.append(day := Day(plant, tmp_path, repairs=False))
    day.inject("R1", "bumped_reference", 0.6)
    day.until(lambda: bool(day.notes("fault.raised")))
    day.wait(60.0)
    (fault_id, _), *_ = ((fault.fault_id, fault) for fault in day.world.core.state.faults.values())
    day.do(act.BeginProcedure("R1", "Ann", fault_id))
    (run,) = day.world.core.state.procedure_runs.values()
    day.do(act.TakeStep(run.run_id, "take_out", None, "Ann"))
    day.do(act.TakeStep(run.run_id, "key_inside", "ok", "Ann"))
    robot = day.world.core.state.robots["R1"]
    day.until(lambda: robot.mode == "maintenance", meanwhile=lambda: day.reset("R1"))
    day.do(act.TakeStep(run.run_id, "area_empty", "ok", "Ann"))
    for step in ("resume", "home", "calibrate_x"):
        day.do(act.TakeStep(run.run_id, step, None, "Ann"))
    assert float(run.steps[-1].result) == pytest.approx(6.0, abs=0.4), "a bumped reference of 10 mm at severity 1"
    day.do(act.SetProfile("R1", (("x_offset_mm", 6.0),), "flag bent, no spare before Thursday", "Ann"))
    for step in ("home", "calibrate_x"):
        day.do(act.TakeStep(run.run_id, step, None, "Ann"))
    (profile,) = day.world.core.state.profiles["R1"]
    assert profile.before["x"] == pytest.approx(6.0, abs=0.4)
    assert profile.after["x"] == pytest.approx(0.0, abs=0.4)
    day.do(act.TakeStep(run.run_id, "test_picks", None, "Ann"))
    day.wait(1200.0)
    assert run.steps[-1].result == "ok", run.steps[-1]
    day.do(act.FinishProcedure(run.run_id, "returned_to_service", "Ann"))
    # somebody may be fetching packs out of it by hand: then it comes back after that
    put_back = act.PutBack("R1", "procedure passed", "Ann", travel_area_empty=True)
    day.until(lambda: robot.withdrawn is None, meanwhile=lambda: day.world.submit(put_back))
    struck, back_at = len(day.world.core.state.faults), day.world.now
    day.wait(HOUR_S)
    assert len(day.world.core.state.faults) == struck, "the flag is still bent, and nothing comes of it"
    assert retries(day.world, back_at, day.world.now) < retries(day.world, START_AT + 700.0, run.begun_at) / 3


def retries(world: World, from_at: float, to_at: float) -> float:
    """A grip of R1, as it told of the time between."""
    told = [
        feature.mean
        for condition in world.core.state.conditions["R1"]
        if from_at < condition.at <= to_at
        for feature in condition.features
        if (feature.name, feature.subject) == ("grip_retries", "H1")
    ]
    return mean(told)


# ---- over a bad link ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_whatever_becomes_of_a_command_robot_and_books_agree_or_it_is_alarmed(
    template: Template, tmp_path: Path, seed: int
) -> None:
    """Commands and reports are lost, doubled and late, robots lose their power, the controller is killed."""
    draw = Draw(40 + seed)
    faults = LinkFaults(lose=0.25 * draw.next(), double=0.2, delay=0.15, longest_delay_s=20.0)
    run = Run(template, tmp_path, seed=seed, link=Link(faults, seed), repairs=False)
    world = run.world
    try:
        world.run_until(START_AT + 120.0)
        for _ in range(40):
            world.run_until(world.now + 5.0 + 60.0 * draw.next())
            _something_happens(world, ROBOTS[int(draw.next() * 3)], draw.next())
        world.link.faults = LinkFaults()
        world.run_until(world.now + 900.0)
        assert sum(len(kept) for kept in world.core.state.profiles.values()) > 3
        for robot in ROBOTS:
            _agree(world, robot)
            careful = world.centre.robots[robot].machine.settings.vacuum == 0.0
            assert not careful or f"robot.careful/{robot}" in world.core.state.alarms, "nobody is to forget it"
        for robot in (*ROBOTS, *ROBOTS):
            world.take(world.centre.remedy(robot, "reset", "Ann", world.now)[1])
            world.run_until(world.now + 60.0)
            world.submit(act.PutBack(robot, "looked after", "Ann", travel_area_empty=True))
            world.run_until(world.now + 300.0)
        for robot in ROBOTS:
            _agree(world, robot)
            assert world.centre.robots[robot].machine.settings.vacuum == 1.0
        assert run.violations() == []
    finally:
        run.close()


def _something_happens(world: World, robot: str, chance: float) -> None:
    program = world.centre.robots[robot].program
    if chance < 0.35 and program is not None:
        program.condition.raise_fault("VAC-15", 2)
        world.take(world.centre.advance(world.now))
    elif chance < 0.7:
        world.submit(act.PutBack(robot, "looked after", "Ann", travel_area_empty=True))
    elif chance < 0.85:
        world.take(world.centre.reboot(robot, world.now))
    else:
        world.crash()


def _agree(world: World, robot: str) -> None:
    state, book = world.core.state, _program(world, robot).book
    confirmed = [each for each in state.profiles.get(robot, []) if each.confirmed_at is not None]
    assert not [task for task in state.open_tasks(robot) if task.kind is TaskKind.SET_PARAMETERS]
    assert book.parameters.version == (confirmed[-1].version if confirmed else 0) or robot in state.workshop.differs
    if robot not in state.workshop.differs:
        assert book.values == (confirmed[-1].values if confirmed else {})


def _program(world: World, robot: str) -> Any:
    program = world.centre.robots[robot].program
    assert program is not None
    return program
