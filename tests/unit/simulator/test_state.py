"""Killing the simulator's process is a power cut of all robots: what it finds again when it is started anew."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.centre import Centre
from simulator.firmware.journal import Entry, Mark
from simulator.hardware.movement import Act
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


def centre_in(kept: StateDirectory, now: float) -> Centre:
    return Centre(
        read_site(SMALL_SITE),
        seed=7,
        faults="none",
        record=kept.record,
        start_at=now,
        journal=kept.journal,
        floor_log=kept.floor_log,
        past=kept.past,
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
