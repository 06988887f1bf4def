"""The contract's kinds for quiet hours: count, calibrate, relocate, eject, and the shelves of the factsheet."""

import pytest

from controller.protocol.codec import encode
from controller.protocol.commands import Calibrate, CountShelf, Eject, Relocate, Snapshot
from controller.protocol.events import CalibrationMeasured, PackMissing
from controller.protocol.reports import Factsheet, StockedPack
from controller.protocol.vocabulary import MAX_MESSAGE_BYTES, Outcome, PackOutcome, Refusal
from simulator.audit import audit_physical
from simulator.hardware.movement import Act
from tests.contract.robot_bench import FLAT, Bench, bench_site


def shelf_of(bench: Bench, pack: StockedPack) -> str:
    location = bench.robot.inventory.place(pack.pack_id)
    assert location is not None
    return bench.robot.machine.layout.shelf_of(location).name


def place_of(bench: Bench, pack: StockedPack) -> tuple[int, int]:
    """(height class, rank in it): smaller is better."""
    location = bench.robot.inventory.place(pack.pack_id)
    assert location is not None
    layout = bench.robot.machine.layout
    return layout.shelf_of(location).height_class, layout.rank[location]


def better(bench: Bench, pack: StockedPack, command_id: str | None = None) -> str:
    """Ask for a better place for the pack, and wait."""
    body = Relocate(item=bench.pick(pack).items[0], improve=True)
    command = bench.send(body, command_id)
    bench.run(60.0)
    return command


def worst(bench: Bench) -> StockedPack:
    """The flat pack that stands farthest."""
    flat = [pack for pack in bench.stocked if pack.gtin == FLAT]
    return max(flat, key=lambda pack: place_of(bench, pack))


def test_the_factsheet_lists_each_shelf_and_each_can_be_counted() -> None:
    bench = Bench()
    sheet = next(message for message in bench.heard if isinstance(message, Factsheet))
    layout = bench.robot.machine.layout
    assert [shelf.name for shelf in sheet.shelves] == [shelf.name for shelf in layout.shelves]
    assert {shelf.height_mm for shelf in sheet.shelves} == set(sheet.height_classes_mm)
    assert {shelf.name for shelf in sheet.shelves} == {layout.name(place).rpartition("-")[0] for place in range(400)}
    assert bench.result(_counted(bench, sheet.shelves[0].name)).outcome is Outcome.COMPLETED
    assert bench.refusal(bench.send(CountShelf(shelf="C-99"))) is Refusal.UNKNOWN_PARAMETER


def _counted(bench: Bench, shelf: str) -> str:
    command = bench.send(CountShelf(shelf=shelf))
    bench.run(60.0)
    return command


def test_a_count_tells_every_pack_of_the_shelf_with_its_place() -> None:
    bench = Bench()
    shelf = shelf_of(bench, bench.stocked[0])
    expected = {pack.pack_id for pack in bench.stocked if shelf_of(bench, pack) == shelf}
    told = bench.result(_counted(bench, shelf)).packs
    assert {pack.pack_id for pack in told} == expected
    assert {pack.outcome for pack in told} == {PackOutcome.COUNTED}
    assert all(str(pack.place).startswith(f"{shelf}-") for pack in told)


def test_a_count_tells_what_is_not_there_and_the_robot_forgets_it() -> None:
    bench = Bench()
    pack = bench.stocked[0]
    location = bench.robot.inventory.place(pack.pack_id)
    assert location is not None
    del bench.robot.machine.shelved[location]
    result = bench.result(_counted(bench, shelf_of(bench, pack)))
    assert (result.outcome, result.reason) == (Outcome.INCOMPLETE, "missing")
    place = bench.robot.machine.layout.name(location)
    assert bench.events(PackMissing) == [PackMissing(pack_id=pack.pack_id, location=place)]
    assert bench.robot.inventory.place(pack.pack_id) is None


def test_sixteen_counted_shelves_fit_into_a_state_report() -> None:
    """RC-24: at most 64 KiB, whatever the last results were."""
    bench = Bench(site=bench_site(capacity_packs=20_000, packs=3_000))
    for shelf in list(dict.fromkeys(shelf_of(bench, pack) for pack in bench.stocked))[:16]:
        _counted(bench, shelf)
    bench.send(Snapshot())
    state = bench.states[-1]
    assert len(state.last_results) == 16
    assert len(encode(state)) < MAX_MESSAGE_BYTES / 2


def test_a_pack_moves_to_a_better_place_only() -> None:
    bench = Bench()
    near = min((pack for pack in bench.stocked if pack.gtin == FLAT), key=lambda pack: place_of(bench, pack))
    assert bench.result(better(bench, near)).packs[0].outcome is PackOutcome.NOT_MOVED
    assert bench.moved == []
    bench.send(bench.pick(near))
    bench.run(60.0)
    far = worst(bench)
    before = place_of(bench, far)
    free = len(bench.robot.machine.shelved)
    moved = bench.result(better(bench, far)).packs[0]
    assert moved.outcome is PackOutcome.RELOCATED
    assert place_of(bench, far) < before
    assert moved.place == bench.robot.machine.layout.name(bench.robot.inventory.place(far.pack_id) or 0)
    assert len(bench.robot.machine.shelved) == free
    assert bench.moved[-1] == f"relocate {far.pack_id}"


def test_a_low_pack_on_a_high_shelf_comes_down() -> None:
    bench = Bench()
    machine, pack = bench.robot.machine, worst(bench)
    high = next(place for place in machine.layout.by_class[-1] if machine.free.take_this(place))
    location = bench.robot.inventory.place(pack.pack_id)
    assert location is not None
    machine.shelved[high] = machine.shelved.pop(location)
    machine.free.give_back(location)
    bench.robot.inventory.add(high, pack)
    assert bench.result(better(bench, pack)).outcome is Outcome.COMPLETED
    assert place_of(bench, pack)[0] == 0


def test_a_pack_that_is_not_in_its_place_is_missing_and_forgotten() -> None:
    bench = Bench()
    pack = bench.stocked[0]
    location = bench.robot.inventory.place(pack.pack_id)
    assert location is not None
    del bench.robot.machine.shelved[location]
    result = bench.result(better(bench, pack))
    assert result.packs[0].outcome is PackOutcome.MISSING
    assert bench.robot.inventory.place(pack.pack_id) is None
    assert len(bench.events(PackMissing)) == 1


def test_a_power_cut_while_a_pack_is_moved_leaves_it_in_the_tray_and_in_doubt() -> None:
    bench = Bench()
    bench.send(bench.pick(min(bench.stocked, key=lambda pack: place_of(bench, pack))))
    bench.run(60.0)
    pack = worst(bench)
    command = bench.send(Relocate(item=bench.pick(pack).items[0], improve=True))
    bench.run(8.0)
    assert [on.pack_id for on in bench.robot.machine.table] == [pack.pack_id]
    bench.reboot()
    bench.run(30.0)
    assert bench.result(command).packs[0].outcome is PackOutcome.UNKNOWN
    assert [lying.pack_id for lying in bench.robot.machine.tray] == [pack.pack_id]
    assert bench.robot.inventory.place(pack.pack_id) is None
    assert bench.moved[-1] == f"drop {pack.pack_id}"
    assert audit_physical(bench.record.movements, bench.site).findings == []
    taken_up = Bench(site=bench.site).robot
    taken_up.take_up(bench.record.movements, ())
    assert [lying.pack_id for lying in taken_up.machine.tray] == [pack.pack_id], "as after a restart of the simulator"


@pytest.mark.parametrize("axis", ["x", "y", "z", "r"])
def test_a_calibration_tells_what_it_measured(axis: str) -> None:
    bench = Bench()
    command = bench.send(Calibrate(axis=axis))
    bench.run(60.0)
    assert bench.result(command).outcome is Outcome.COMPLETED
    (measured,) = bench.events(CalibrationMeasured)
    assert (measured.command_id, measured.axis) == (command, axis)


def test_what_is_put_out_lies_in_the_chute_until_a_person_takes_it() -> None:
    bench = Bench()
    pack = bench.stocked[0]
    bench.send(Eject(output="QUARANTINE", items=bench.pick(pack).items))
    bench.run(60.0)
    machine = bench.robot.machine
    assert [lying.pack_id for lying in machine.chute] == [pack.pack_id]
    assert not machine.take_from_chute(pack.gtin, "OTHER", pack.expiry)
    assert machine.take_from_chute(pack.gtin, pack.batch, pack.expiry)
    assert machine.chute == []
    assert [movement.act for movement in bench.record.movements] == [Act.PICK, Act.EJECT]
