"""What a robot with a fault says and does: RC-16 and RC-21, and the measurements that go with it."""

from controller.protocol.codec import encode
from controller.protocol.commands import Cancel
from controller.protocol.events import CommandFinished, FaultCleared, FaultRaised
from controller.protocol.reports import ActiveFault, Telemetry
from controller.protocol.vocabulary import MAX_MESSAGE_BYTES, Outcome, PackmlState, PackOutcome
from tests.contract.robot_bench import Bench


def jammed() -> tuple[Bench, list[str]]:
    """A robot that stopped with a fault of level 2, and the ids of what waits in its queue."""
    bench = Bench(acknowledging=True, repairs=False)
    packs = bench.stocked
    bench.inject("encoder_cable")
    bench.inject("debris_on_rail")
    waiting = [bench.send(bench.pick(pack)) for pack in packs[:3]]
    for _ in range(40):
        bench.run(2.0)
        if bench.events(FaultRaised):
            break
        packs = packs[3:] if bench.finished(waiting[-1]) else packs
    return bench, waiting


def test_rc16_a_fault_clears_nothing_from_the_queue() -> None:
    bench, waiting = jammed()
    assert bench.packml() is PackmlState.HELD
    bench.run(3000.0)
    unfinished = [command for command in waiting if not bench.finished(command)]
    state = bench.states[-1]
    assert [*state.running, *state.queued] == unfinished != []
    bench.remedy("clear_rail")
    bench.remedy("replace_cable")
    bench.remedy("reset")
    bench.run(120.0)
    assert all(bench.finished(command) for command in waiting)
    assert len(bench.events(CommandFinished)) == len(waiting)


def test_rc21_a_fault_has_its_references_and_never_changes_while_it_stands() -> None:
    bench, waiting = jammed()
    (fault,) = (told.fault for told in bench.events(FaultRaised))
    assert (fault.level, fault.command_id in waiting, fault.axis is not None) == (2, True, True)
    bench.run(300.0)
    seen: set[ActiveFault] = {one for state in bench.states for one in state.faults if one.code == fault.code}
    assert seen == {fault}


def test_rc21_an_occurrence_id_is_never_used_again() -> None:
    bench, _ = jammed()
    bench.reboot()
    bench.presence(True)
    bench.run(30.0)
    packs = bench.stocked
    for pack in packs[:4]:
        bench.send(bench.pick(pack))
        bench.run(40.0)
    told = [event.fault.occurrence for event in bench.events(FaultRaised)]
    assert len(told) > 1
    assert len(set(told)) == len(told)
    cleared = [event.occurrence for event in bench.events(FaultCleared)]
    assert len(set(cleared)) == len(cleared)


def test_rc27_what_goes_with_a_fault_is_bounded() -> None:
    bench, _ = jammed()
    frames = [message for message in bench.heard if isinstance(message, Telemetry)]
    assert 1 < len(frames) <= 62
    assert max(len(encode(frame)) for frame in frames) < MAX_MESSAGE_BYTES / 4


def stopped_on_the_way() -> tuple[Bench, str]:
    """A robot that stopped in a tour of three packs before it had gripped one, and the tour."""
    bench = Bench(acknowledging=True, repairs=False)
    bench.inject("encoder_cable")
    bench.inject("debris_on_rail")
    tour = bench.send(bench.pick(*bench.stocked[:3]))
    while bench.packml() is not PackmlState.HELD:
        assert not bench.moved
        bench.run(0.2)
    return bench, tour


def test_rc13_a_tour_that_stands_with_nothing_gripped_ends_at_its_cancel_and_moves_nothing_afterwards() -> None:
    bench, tour = stopped_on_the_way()
    cancel = bench.send(Cancel(target=tour))
    assert bench.finished(cancel)
    assert bench.result(tour).outcome is Outcome.CANCELLED
    assert {pack.outcome for pack in bench.result(tour).packs} == {PackOutcome.NOT_MOVED}
    for remedy in ("clear_rail", "replace_cable", "reset"):
        bench.remedy(remedy)
    bench.run(300.0)
    assert bench.moved == []
    again = bench.send(bench.pick(bench.stocked[0]))
    bench.run(120.0)
    assert bench.result(again).outcome is Outcome.COMPLETED
