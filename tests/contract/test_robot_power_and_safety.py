"""RC-09, RC-16, RC-20 to RC-23: power cuts, faults, modes and interlocks at the robot's side."""

import pytest

from controller.protocol.commands import (
    Calibrate,
    CommandBody,
    Home,
    Jog,
    Journal,
    Reject,
    Resume,
    SelfTest,
    SetMode,
    Snapshot,
    Store,
)
from controller.protocol.events import (
    DoorOpened,
    EstopPressed,
    FaultCleared,
    FaultRaised,
    MachineStateChanged,
    ModeChanged,
    PackFound,
    PackOffered,
)
from controller.protocol.reports import JournalAnswer
from controller.protocol.vocabulary import CommandPhase, Mode, Outcome, PackmlState, PackOutcome, Refusal
from simulator.firmware.program import Program
from tests.contract.robot_bench import FLAT, Bench


def program(bench: Bench) -> Program:
    assert bench.robot.program is not None
    return bench.robot.program


# --- RC-09, RC-20: the journal ---------------------------------------------------------------------------------


def test_rc09_the_journal_knows_of_a_grip_before_the_pack_moves() -> None:
    bench = Bench()
    pack = bench.stocked[0]
    tour = bench.send(bench.pick(pack))
    record = program(bench).book.get(tour)
    assert record is not None
    assert bench.moved == []
    assert [known.outcome for known in record.packs.values()] == [PackOutcome.UNKNOWN]


def test_rc09_after_a_power_cut_each_pack_is_delivered_not_moved_or_unknown() -> None:
    bench = Bench()
    first = bench.send(bench.pick(*bench.stocked[:2]))
    second = bench.send(bench.pick(*bench.stocked[2:5]))
    queued = bench.send(bench.pick(bench.stocked[5]))
    while not any(known.startswith("deliver") for known in bench.moved):
        bench.run(0.1)
    bench.reboot()
    bench.run(120.0)
    results = {name: bench.result(name) for name in (first, second, queued)}
    assert {result.outcome for result in results.values()} == {Outcome.ABORTED}
    assert {result.reason for result in results.values()} == {"power_lost"}
    assert [pack.outcome for pack in results[queued].packs] == [PackOutcome.NOT_MOVED]
    assert PackOutcome.DELIVERED in [pack.outcome for pack in results[first].packs]
    for result in results.values():
        for pack in result.packs:
            told_still = pack.outcome is PackOutcome.NOT_MOVED
            assert told_still == (bench.robot.inventory.place(pack.pack_id or "") is not None)
            if told_still:
                assert not any(moved.endswith(str(pack.pack_id)) for moved in bench.moved)


def test_rc09_nothing_moves_again_after_the_boot() -> None:
    bench = Bench()
    tour = bench.envelope(bench.pick(bench.stocked[0]))
    bench.deliver(tour)
    bench.run(3.0)
    bench.reboot()
    bench.run(60.0)
    bench.deliver(tour)
    bench.run(60.0)
    assert bench.moved == []
    assert bench.about(tour.command_id)[-1] == "CommandFinished"


def test_rc09_a_pack_on_the_table_stays_in_the_robot_until_a_person_finds_it() -> None:
    bench = Bench()
    pack = bench.stocked[0]
    tour = bench.send(bench.pick(pack))
    while not bench.moved:
        bench.run(0.1)
    bench.reboot()
    assert bench.result(tour).packs[0].outcome is PackOutcome.UNKNOWN
    assert [held.pack_id for held in bench.robot.machine.tray] == [pack.pack_id]
    assert bench.moved == [f"pick {pack.pack_id}", f"drop {pack.pack_id}"]


def test_rc09_packs_on_the_belt_arrive_although_nobody_tells() -> None:
    bench = Bench()
    pack = bench.stocked[0]
    bench.send(bench.pick(pack, tote="T3"))
    while not bench.robot.machine.belt:
        bench.run(0.1)
    bench.reboot()
    bench.run(60.0)
    assert bench.moved == [f"pick {pack.pack_id}", f"deliver {pack.pack_id}"]
    assert bench.robot.machine.totes == {pack.pack_id: "T3"}


def test_rc20_the_journal_of_an_earlier_boot_still_answers() -> None:
    bench = Bench()
    done = bench.send(bench.pick(bench.stocked[0]))
    bench.run(120.0)
    bench.reboot()
    bench.send(Journal(command_ids=(done,)))
    answer = next(message for message in bench.heard if isinstance(message, JournalAnswer))
    assert answer.entries[0].phase is CommandPhase.FINISHED
    assert answer.entries[0].result == bench.result(done)
    assert bench.states[-1].last_results[-1] == bench.result(done)


def test_rc20_a_found_pack_is_entered_at_the_panel() -> None:
    bench = Bench()
    pack = bench.stocked[0]
    bench.send(bench.pick(pack))
    bench.run(1.0)
    bench.reboot()
    assert bench.robot.inventory.place(pack.pack_id) is None
    bench.do(bench.robot.enter_found, "Kim", pack.pack_id)
    assert [found.pack_id for found in bench.events(PackFound)] == [pack.pack_id]
    assert bench.robot.inventory.place(pack.pack_id) is not None


# --- RC-16, RC-21: faults --------------------------------------------------------------------------------------


def test_rc16_a_fault_stops_the_motion_and_clears_nothing() -> None:
    bench = Bench()
    running = bench.send(bench.pick(bench.stocked[0]))
    queued = bench.send(bench.pick(bench.stocked[1]))
    bench.run(2.0)
    occurrence = program(bench).condition.raise_fault("AXX-01", 2)
    bench.run(300.0)
    assert bench.moved == []
    assert bench.states[-1].queued == (queued,)
    assert bench.states[-1].running == (running,)
    assert bench.packml() is PackmlState.HELD
    bench.do(program(bench).condition.clear_fault, occurrence)
    bench.run(200.0)
    assert {bench.result(name).outcome for name in (running, queued)} == {Outcome.COMPLETED}


def test_rc21_a_fault_is_told_once_with_its_own_id_and_its_time() -> None:
    bench = Bench()
    first = program(bench).condition.raise_fault("AXX-01", 2)
    bench.do(program(bench).condition.clear_fault, first)
    second = program(bench).condition.raise_fault("AXX-01", 2)
    bench.reboot()
    third = program(bench).condition.raise_fault("AXX-01", 2)
    bench.run(1.0)
    raised = [event.fault for event in bench.events(FaultRaised)]
    assert [fault.occurrence for fault in raised] == [first, second, third]
    assert len({first, second, third}) == 3
    assert bench.events(FaultCleared) == [FaultCleared(occurrence=first)]
    assert [fault.occurrence for fault in bench.states[-1].faults] == [third]


def test_rc21_a_dropped_pack_is_a_fault_that_names_command_and_pack() -> None:
    bench = Bench()
    bench.robot.machine.drops_to_come = 1
    pack = bench.stocked[0]
    tour = bench.send(bench.pick(pack))
    bench.run(60.0)
    fault = bench.events(FaultRaised)[0].fault
    assert (fault.code, fault.level, fault.command_id, fault.pack_id) == ("GRP-11", 3, tour, pack.pack_id)
    assert (bench.result(tour).outcome, bench.result(tour).reason) == (Outcome.INCOMPLETE, "dropped")
    assert bench.moved == [f"pick {pack.pack_id}", f"drop {pack.pack_id}"]
    other = bench.send(bench.pick(bench.stocked[0]))
    bench.run(60.0)
    assert bench.result(other).outcome is Outcome.COMPLETED


# --- RC-22: modes ----------------------------------------------------------------------------------------------

SERVICE = (Home(), Calibrate(axis="x"), SelfTest())


@pytest.mark.parametrize("mode", [Mode.MANUAL, Mode.MAINTENANCE])
def test_rc22_only_the_permitted_kinds_are_accepted(mode: Mode) -> None:
    bench = Bench()
    bench.send(SetMode(mode=mode))
    refused: list[CommandBody] = [
        bench.pick(bench.stocked[0]),
        Store(offer_id="R1-1-1", pack_id="N.1", gtin=FLAT, batch="B", expiry="2027-01-01"),
    ]
    allowed: list[CommandBody] = [Snapshot()]
    (refused if mode is Mode.MANUAL else allowed).extend(SERVICE)
    for body in refused:
        assert bench.refusal(bench.send(body)) is Refusal.MODE_FORBIDS, body
    for body in allowed:
        assert bench.refusal(bench.send(body)) is None, body


@pytest.mark.parametrize(("mode", "permitted"), [(m, m is Mode.MAINTENANCE) for m in Mode])
def test_rc22_an_axis_is_jogged_in_maintenance_mode_only(mode: Mode, permitted: bool) -> None:
    bench = Bench()
    if mode is not Mode.AUTOMATIC:
        bench.send(SetMode(mode=mode))
    jog = bench.send(Jog(axis="x", distance_mm=-5.0))
    bench.run(5.0)
    if permitted:
        assert bench.result(jog).outcome is Outcome.COMPLETED
    else:
        assert bench.refusal(jog) is Refusal.MODE_FORBIDS


def test_rc22_a_change_of_mode_waits_for_the_running_command_and_keeps_the_queue() -> None:
    bench = Bench()
    running = bench.send(bench.pick(bench.stocked[0]))
    queued = bench.send(bench.pick(bench.stocked[1]))
    bench.send(SetMode(mode=Mode.MANUAL))
    bench.run(2.0)
    assert bench.events(ModeChanged) == []
    bench.run(120.0)
    assert bench.finished(running)
    assert bench.states[-1].mode is Mode.MANUAL
    assert bench.states[-1].queued == (queued,)
    bench.send(SetMode(mode=Mode.AUTOMATIC))
    bench.run(120.0)
    assert bench.result(queued).outcome is Outcome.COMPLETED


# --- RC-22, RC-23: interlocks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("interlock", ["door", "estop"])
def test_rc22_after_an_interlock_the_robot_starts_nothing_by_itself(interlock: str) -> None:
    bench = Bench()
    running = bench.send(bench.pick(bench.stocked[0]))
    bench.run(2.0)
    robot = bench.robot
    bench.do(robot.open_door if interlock == "door" else robot.press_estop)
    assert bench.events(DoorOpened if interlock == "door" else EstopPressed)
    assert bench.packml() is PackmlState.ABORTED
    refused = bench.send(bench.pick(bench.stocked[1]))
    assert bench.refusal(refused) is Refusal.STATE_FORBIDS
    bench.do(robot.close_door if interlock == "door" else robot.release_estop)
    bench.run(300.0)
    assert bench.packml() is PackmlState.STOPPED
    assert bench.moved == []
    bench.heard.clear()
    bench.send(Resume())
    bench.run(9.0)
    assert bench.packml() is PackmlState.RESETTING
    assert bench.moved == []
    bench.run(120.0)
    assert bench.result(running).outcome is Outcome.COMPLETED


def test_rc22_an_interlock_outlives_a_power_cut() -> None:
    bench = Bench()
    bench.do(bench.robot.open_door)
    bench.reboot()
    bench.run(60.0)
    assert bench.packml() is PackmlState.ABORTED
    bench.do(bench.robot.close_door)
    bench.run(60.0)
    assert bench.packml() is PackmlState.STOPPED


def test_rc23_no_message_releases_an_interlock() -> None:
    bench = Bench()
    bench.do(bench.robot.open_door)
    resume = bench.send(Resume())
    assert bench.refusal(resume) is Refusal.STATE_FORBIDS
    bodies: tuple[CommandBody, ...] = (
        SetMode(mode=Mode.MAINTENANCE),
        SetMode(mode=Mode.AUTOMATIC),
        Home(),
        Reject(offer_id="R1-1-1", reason="no"),
    )
    for body in bodies:
        bench.send(body)
    bench.run(60.0)
    assert bench.robot.interlocks.open
    assert bench.packml() is PackmlState.ABORTED


def test_rc23_a_panel_reset_with_an_open_door_does_nothing() -> None:
    bench = Bench()
    bench.do(bench.robot.open_door)
    bench.do(bench.robot.resume_at_panel, "Kim")
    bench.run(60.0)
    assert bench.packml() is PackmlState.ABORTED
    bench.do(bench.robot.close_door)
    bench.run(60.0)
    assert bench.packml() is PackmlState.STOPPED


def test_rc22_a_stopped_robot_takes_no_pack_in() -> None:
    bench = Bench()
    bench.do(bench.robot.open_door)
    bench.do(bench.robot.close_door)
    bench.feed()
    bench.run(60.0)
    assert bench.events(PackOffered) == []
    bench.do(bench.robot.resume_at_panel, "Kim")
    bench.run(20.0)
    assert len(bench.events(PackOffered)) == 1


# --- PackML ----------------------------------------------------------------------------------------------------


def test_a_person_is_told_of_states_that_matter_and_not_of_every_tour() -> None:
    bench = Bench(acknowledging=True)
    bench.heard.clear()
    for pack in bench.stocked[:3]:
        bench.send(bench.pick(pack))
    bench.run(24.0)
    assert bench.events(MachineStateChanged) == []
    assert bench.states == []


def test_an_offered_pack_is_offered_again_by_the_next_boot() -> None:
    bench = Bench()
    bench.feed()
    bench.run(1.0)
    bench.reboot()
    bench.run(60.0)
    first, second = bench.events(PackOffered)
    assert first.offer_id != second.offer_id
