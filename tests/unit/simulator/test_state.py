"""Killing the simulator's process is a power cut of all robots: what it finds again when it is started anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.centre import Centre
from simulator.firmware.journal import Entry, Mark
from simulator.hardware.movement import Act
from simulator.record import read_causes
from simulator.scenarios import SMALL_SITE
from simulator.site import read_site
from simulator.state import FileJournal, StateDirectory
from tests.unit.simulator.stand_in import StandIn
from tests.unit.simulator.test_day import HOUR_S, SIX

Opener = Callable[[float], tuple[Centre, StateDirectory]]


@pytest.fixture
def open_centre(tmp_path: Path) -> Iterator[Opener]:
    """Starts the simulator in the same directory at a site time; the earlier one is left as if it were killed."""
    opened: list[StateDirectory] = []

    def start(now: float) -> tuple[Centre, StateDirectory]:
        kept = StateDirectory(tmp_path, now)
        opened.append(kept)
        return centre_in(kept, now), kept

    yield start
    for kept in opened:
        kept.close()


def centre_in(kept: StateDirectory, now: float, faults: str = "none") -> Centre:
    return Centre(
        read_site(SMALL_SITE),
        seed=7,
        faults=faults,
        record=kept.record,
        start_at=now,
        journal=kept.journal,
        floor_log=kept.floor_log,
        past=kept.past,
        cause_log=kept.cause_log,
        repairs=False,
    )


def test_a_restarted_simulator_knows_where_every_pack_is(open_centre: Opener) -> None:
    first, _ = open_centre(SIX)
    controller = StandIn(first)
    controller.start(SIX)
    controller.run_until(SIX + 1.5 * HOUR_S)
    while not any(robot.machine.table and robot.machine.belt for robot in first.robots.values()):
        controller.run_until(controller.now + 1.0)
    again, kept = open_centre(controller.now + 60.0)
    assert kept.past is not None
    assert kept.past.begun_at == SIX
    on_their_way = 0
    for name, robot in first.robots.items():
        machine, restored = robot.machine, again.robots[name].machine
        assert restored.shelved.keys() == machine.shelved.keys()
        assert {at: pack.pack_id for at, pack in restored.shelved.items()} == {
            at: pack.pack_id for at, pack in machine.shelved.items()
        }
        assert restored.totes == machine.totes
        on_their_way += len(restored.table)
        picked = {pack.pack_id for pack in machine.table if pack.pack_id and pack.pack_id.startswith("S")}
        picked |= {riding.pack.pack_id or "" for riding in machine.belt}
        assert {pack.pack_id for pack in restored.table} == picked
        waiting = [*machine.input_belt, *machine.reject_lane, *machine.transfer.values()]
        fresh = [pack for pack in machine.table if pack.pack_id is None or pack.pack_id.startswith("D")]
        expected = len(waiting) + len(fresh) + (machine.scanner is not None)
        assert len(restored.input_belt) == expected
    assert on_their_way > 0


def test_the_second_run_goes_on_as_the_next_generation(open_centre: Opener) -> None:
    first, _ = open_centre(SIX)
    controller = StandIn(first)
    controller.start(SIX)
    controller.run_until(SIX + HOUR_S)
    now = SIX + HOUR_S + 60.0
    again, kept = open_centre(now)
    second = StandIn(again)
    second.start(now)
    second.run_until(now + HOUR_S / 2)
    assert {robot.generation for robot in again.robots.values()} == {2}
    assert kept.past is not None
    picks = [movement.pack_id for movement in kept.past.movements if movement.act is Act.PICK]
    assert len(picks) == len(set(picks)) > 10


def test_a_torn_last_line_of_a_journal_never_took_effect(tmp_path: Path) -> None:
    path = tmp_path / "R1.journal"
    journal = FileJournal(path)
    journal.append(Entry(Mark.CREATED, journal_id="J1"))
    journal.append(Entry(Mark.BOOT, generation=3))
    with path.open("ab") as file:
        file.write(b'{"mark":"boot","gene')
    journal.close()
    again = FileJournal(path)
    again.append(Entry(Mark.BOOT, generation=4))
    assert [entry.generation for entry in again.load()] == [0, 3, 4]
    again.close()


def test_no_cause_heals_because_the_process_was_restarted(open_centre: Opener, tmp_path: Path) -> None:
    first, _ = open_centre(SIX)
    controller = StandIn(first)
    controller.start(SIX)
    for robot, cause, severity in (("R1", "worn_cup", 0.3), ("R2", "lift_bearing", 0.5), ("R3", "loose_hose", 0.8)):
        first.inject(robot, SIX, cause=cause, code=None, severity=severity, in_s=0.0)
    controller.run_until(SIX + 1.5 * HOUR_S)
    first.remedy("R3", "tighten_hose", "Ann", controller.now)
    before = {name: first.mishaps.truth(name) for name in ("R1", "R2", "R3")}
    now = controller.now + 60.0
    again, _ = open_centre(now)
    after = {name: again.mishaps.truth(name) for name in before}
    assert [[cause["cause"] for cause in told["causes"]] for told in after.values()] == [
        ["worn_cup"],
        ["lift_bearing"],
        [],
    ]
    for name, told in after.items():
        assert told["cycles"] == pytest.approx(before[name]["cycles"], abs=6)
        assert [cause["place"] for cause in told["causes"]] == [cause["place"] for cause in before[name]["causes"]]
        severities = [cause["severity"] for cause in told["causes"]]
        assert severities == pytest.approx([cause["severity"] for cause in before[name]["causes"]], abs=0.01)
    assert before["R1"]["causes"][0]["severity"] > 0.3
    again.inject("R3", now, cause="loose_hose", code=None, severity=0.8, in_s=0.0)
    numbers = [entry.number for entry in read_causes(tmp_path / "causes.jsonl") if entry.robot == "R3"]
    assert (numbers[0], numbers[-1]) == (1, 2)


def test_what_robots_share_stays_one_event_after_a_restart(open_centre: Opener) -> None:
    first, _ = open_centre(SIX)
    first.inject("ALL", SIX, cause="network_switch", code=None, severity=1.0, in_s=0.0)
    first.advance(SIX + 2 * HOUR_S)
    again, _ = open_centre(SIX + 3 * HOUR_S)
    again.advance(SIX + 5 * HOUR_S)
    assert not any(robot.cable_up for robot in again.robots.values()), "it strikes again"
    assert again.remedy("R2", "restart_switch", "Ann", SIX + 5 * HOUR_S)[0] == ["network_switch"]
    last, _ = open_centre(SIX + 6 * HOUR_S)
    assert [last.mishaps.truth(name)["causes"] for name in last.robots] == [[]] * len(last.robots)


def test_what_was_planned_for_before_the_restart_does_not_happen_twice(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('[{"t": 60, "robot": "R1", "cause": "worn_cup"}, {"t": 7200, "robot": "R2", "cause": "worn_cup"}]')
    first = StateDirectory(tmp_path / "state", SIX)
    centre_in(first, SIX, str(plan)).advance(SIX + HOUR_S)
    first.close()
    second = StateDirectory(tmp_path / "state", SIX + HOUR_S)
    again = centre_in(second, SIX + HOUR_S, str(plan))
    again.advance(SIX + 3 * HOUR_S)
    second.close()
    assert [len(again.mishaps.truth(name)["causes"]) for name in ("R1", "R2")] == [1, 1]


def test_a_torn_last_line_of_the_truth_was_never_written(tmp_path: Path) -> None:
    first = StateDirectory(tmp_path, SIX)
    centre_in(first, SIX).inject("R1", SIX, cause="worn_cup", code=None, severity=0.4, in_s=0.0)
    with (tmp_path / "causes.jsonl").open("ab") as file:
        file.write(b'{"t":1,"ro')
    first.close()
    second = StateDirectory(tmp_path, SIX + 60.0)
    assert second.past is not None
    assert [entry.cause for entry in second.past.causes] == ["worn_cup"]
    second.close()
