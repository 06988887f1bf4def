"""RC-07 to RC-15 at the robot's side, against the simulator's firmware."""

import msgspec
import pytest

from controller.protocol.codec import encode
from controller.protocol.commands import (
    Cancel,
    Eject,
    Hold,
    Journal,
    Relocate,
    Resume,
    SetMode,
    SetParameters,
    Snapshot,
    Store,
)
from controller.protocol.events import CommandAccepted, CommandStarted, PackOffered, PackStored
from controller.protocol.reports import Factsheet, JournalAnswer
from controller.protocol.vocabulary import CommandPhase, Mode, Outcome, PackmlState, PackOutcome, Refusal, timestamp
from tests.contract.robot_bench import BARE, FLAT, TALL, Bench, bench_site


def test_rc07_the_report_echoes_the_id_of_the_command() -> None:
    bench = Bench()
    bench.send(bench.pick(bench.stocked[0]), "ORDER-7")
    assert bench.events(CommandAccepted) == [CommandAccepted(command_id="ORDER-7")]


def test_rc08_the_same_command_again_is_answered_and_moves_nothing() -> None:
    bench = Bench()
    command = bench.envelope(bench.pick(bench.stocked[0]))
    bench.deliver(command)
    bench.run(1.0)
    bench.deliver(msgspec.structs.replace(command, attempt=2))
    assert bench.about(command.command_id)[-1] == "CommandStarted"
    bench.run(120.0)
    first = bench.result(command.command_id)
    bench.deliver(msgspec.structs.replace(command, attempt=3))
    bench.run(120.0)
    told = [event.result for event in bench.events_of_finish(command.command_id)]
    assert told == [first, first]
    assert len(bench.moved) == 2


def test_rc08_a_queued_command_again_is_still_accepted_once() -> None:
    bench = Bench()
    bench.send(bench.pick(bench.stocked[0]))
    queued = bench.envelope(bench.pick(bench.stocked[1]))
    bench.deliver(queued)
    bench.deliver(queued)
    assert bench.about(queued.command_id) == ["CommandAccepted", "CommandAccepted"]
    bench.run(200.0)
    assert len(bench.moved) == 4


def test_rc08_the_same_id_with_other_content_is_a_named_error() -> None:
    bench = Bench()
    one, other = bench.stocked[:2]
    bench.send(bench.pick(one), "C9")
    bench.send(bench.pick(other), "C9")
    assert bench.refusal("C9") is Refusal.SAME_ID_OTHER_CONTENT
    bench.run(120.0)
    assert bench.moved == [f"pick {one.pack_id}", f"deliver {one.pack_id}"]


def test_rc08_a_lower_epoch_is_refused_and_a_higher_one_remembered() -> None:
    bench = Bench()
    bench.send(Hold(), epoch=5)
    bench.send(Resume(), epoch=5)
    late = bench.send(bench.pick(bench.stocked[0]), epoch=4)
    assert bench.refusal(late) is Refusal.LOWER_EPOCH
    bench.reboot()
    bench.run(20.0)
    later = bench.send(bench.pick(bench.stocked[0]), epoch=4)
    assert bench.refusal(later) is Refusal.LOWER_EPOCH
    assert bench.states[-1].controller_epoch == 5
    assert bench.moved == []


def test_rc08_another_generation_is_refused_and_the_same_id_may_come_again_for_this_one() -> None:
    bench = Bench()
    command = bench.envelope(bench.pick(bench.stocked[0]))
    bench.reboot()
    bench.run(20.0)
    bench.deliver(command)
    assert bench.refusal(command.command_id) is Refusal.OTHER_GENERATION
    bench.deliver(msgspec.structs.replace(command, generation=2, attempt=2))
    bench.run(120.0)
    assert bench.result(command.command_id).outcome is Outcome.COMPLETED


def test_rc08_a_refused_command_stays_refused_when_a_late_copy_would_fit() -> None:
    bench = Bench()
    for pack in bench.stocked[:4]:
        bench.send(bench.pick(pack))
    command = bench.envelope(bench.pick(bench.stocked[4]))
    bench.deliver(command)
    assert bench.refusal(command.command_id) is Refusal.QUEUE_FULL
    bench.run(200.0)
    bench.deliver(command)
    bench.run(200.0)
    assert bench.about(command.command_id) == ["CommandRefused", "CommandRefused"]
    assert len(bench.moved) == 8


def test_rc10_an_old_command_is_refused_on_arrival() -> None:
    bench = Bench()
    late = bench.send(bench.pick(bench.stocked[0]), issued_at=timestamp(bench.now - 61.0), valid_for_s=60.0)
    assert bench.refusal(late) is Refusal.EXPIRED


def test_rc10_the_issue_time_of_a_clock_that_does_not_agree_is_not_believed() -> None:
    bench = Bench()
    future = bench.send(bench.pick(bench.stocked[0]), issued_at=timestamp(bench.now + 86_400.0), valid_for_s=60.0)
    bench.run(120.0)
    assert bench.result(future).outcome is Outcome.COMPLETED


def test_rc10_a_queued_command_does_not_start_after_its_validity() -> None:
    bench = Bench()
    bench.send(Hold())
    waiting = bench.send(bench.pick(bench.stocked[0]), valid_for_s=60.0)
    bench.run(61.0)
    result = bench.result(waiting)
    assert (result.outcome, result.reason) == (Outcome.ABORTED, "expired")
    assert [pack.outcome for pack in result.packs] == [PackOutcome.NOT_MOVED]
    bench.send(Resume())
    bench.run(120.0)
    assert bench.moved == []


def test_rc11_the_journal_tells_how_far_each_command_has_come() -> None:
    bench = Bench()
    done = bench.send(bench.pick(bench.stocked[0]))
    bench.run(120.0)
    running = bench.send(bench.pick(bench.stocked[0]))
    queued = bench.send(bench.pick(bench.stocked[1]))
    refused = bench.send(bench.pick(bench.stocked[1]), epoch=1, robot="R9")
    bench.run(1.0)
    bench.send(Journal(command_ids=(done, running, queued, refused, "never-seen")))
    answer = next(message for message in bench.heard if isinstance(message, JournalAnswer))
    assert [entry.phase for entry in answer.entries] == [
        CommandPhase.FINISHED,
        CommandPhase.RUNNING,
        CommandPhase.ACCEPTED,
        CommandPhase.UNKNOWN,
        CommandPhase.UNKNOWN,
    ]
    assert answer.entries[0].result == bench.result(done)


def test_rc12_a_tour_is_told_from_acceptance_to_its_one_outcome() -> None:
    bench = Bench()
    packs = bench.stocked[:3]
    tour = bench.send(bench.pick(*packs, tote="T7"))
    bench.run(120.0)
    assert bench.about(tour) == [
        "CommandAccepted",
        "CommandStarted",
        *["PackGripped"] * 3,
        *["PackDelivered"] * 3,
        "CommandFinished",
    ]
    result = bench.result(tour)
    assert [(pack.item, pack.pack_id, pack.outcome, pack.place) for pack in result.packs] == [
        (n, pack.pack_id, PackOutcome.DELIVERED, "OUT-1") for n, pack in enumerate(packs, start=1)
    ]
    assert [movement.target for movement in bench.record.movements][3:] == ["T7"] * 3


def test_rc12_an_empty_place_makes_the_tour_incomplete_and_says_which_pack() -> None:
    bench = Bench()
    there, gone = bench.stocked[0], bench.stocked[1]
    location = bench.robot.inventory.place(gone.pack_id)
    assert location is not None
    del bench.robot.machine.shelved[location]
    tour = bench.send(bench.pick(there, gone))
    bench.run(120.0)
    result = bench.result(tour)
    assert (result.outcome, result.reason) == (Outcome.INCOMPLETE, "missing")
    assert [pack.outcome for pack in result.packs] == [PackOutcome.DELIVERED, PackOutcome.MISSING]
    assert gone.pack_id not in [pack.pack_id for pack in bench.stocked]


def test_rc12_the_head_works_on_while_packs_ride_on_the_belt() -> None:
    bench = Bench()
    first = bench.send(bench.pick(bench.stocked[0]))
    second = bench.send(bench.pick(bench.stocked[1]))
    bench.run(25.0)
    assert not bench.finished(first)
    assert "CommandStarted" in bench.about(second)


def test_rc12_a_pack_by_product_and_batch_is_any_of_them() -> None:
    bench = Bench()
    wanted = bench.pick(bench.stocked[0])
    item = msgspec.structs.replace(wanted.items[0], pack_id=None)
    tour = bench.send(msgspec.structs.replace(wanted, items=(item, msgspec.structs.replace(item, item=2))))
    bench.run(120.0)
    result = bench.result(tour)
    assert result.outcome is Outcome.COMPLETED
    assert len({pack.pack_id for pack in result.packs}) == 2


def test_rc12_store_eject_and_relocate_say_where_the_pack_is_now() -> None:
    bench = Bench()
    bench.feed()
    bench.run(1.0)
    offer = bench.events(PackOffered)[0]
    assert offer.gtin is not None
    stored = bench.send(Store(offer_id=offer.offer_id, pack_id="N.1", gtin=offer.gtin, batch="N1", expiry="2027-12-31"))
    bench.run(60.0)
    place = bench.result(stored).packs[0].place
    assert bench.events(PackStored) == [PackStored(command_id=stored, pack_id="N.1", location=str(place))]
    pack = bench.stocked[0]
    item = bench.pick(pack).items[0]
    moved = bench.send(Relocate(item=item))
    bench.run(60.0)
    assert bench.result(moved).packs[0].outcome is PackOutcome.RELOCATED
    ejected = bench.send(Eject(output="QUARANTINE", items=(item,)))
    bench.run(60.0)
    assert bench.result(ejected).packs[0].place == "QUARANTINE"
    assert bench.moved == [
        "store N.1",
        f"relocate {pack.pack_id}",
        f"pick {pack.pack_id}",
        f"eject {pack.pack_id}",
    ]


def test_rc13_a_cancelled_queued_command_moves_nothing() -> None:
    bench = Bench()
    bench.send(bench.pick(bench.stocked[0]))
    target = bench.send(bench.pick(bench.stocked[1]))
    cancel = bench.send(Cancel(target=target))
    assert bench.result(target).outcome is Outcome.CANCELLED
    assert bench.result(cancel).outcome is Outcome.COMPLETED
    bench.run(120.0)
    assert len(bench.moved) == 2


def test_rc13_a_running_tour_ends_when_its_motion_has_stopped_and_says_what_moved() -> None:
    bench = Bench()
    target = bench.send(bench.pick(*bench.stocked[:3]))
    bench.run(8.0)
    cancel = bench.send(Cancel(target=target))
    assert not bench.finished(cancel)
    bench.run(120.0)
    outcomes = sorted(pack.outcome for pack in bench.result(target).packs)
    assert bench.result(target).outcome is Outcome.CANCELLED
    assert bench.result(cancel).outcome is Outcome.COMPLETED
    assert PackOutcome.NOT_MOVED in outcomes
    assert len(bench.moved) == 2 * outcomes.count(PackOutcome.DELIVERED)


def test_rc13_a_cancel_that_comes_too_late_says_so() -> None:
    bench = Bench()
    target = bench.send(bench.pick(bench.stocked[0]))
    bench.run(20.0)
    late = bench.send(Cancel(target=target))
    bench.run(60.0)
    after = bench.send(Cancel(target=target))
    assert bench.result(target).outcome is Outcome.COMPLETED
    assert (bench.result(late).outcome, bench.result(late).reason) == (Outcome.INCOMPLETE, "too_late")
    assert bench.result(after).reason == "already_finished"


def test_rc13_the_cancel_of_an_unknown_id_refuses_its_late_copy() -> None:
    bench = Bench()
    command = bench.envelope(bench.pick(bench.stocked[0]))
    cancel = bench.send(Cancel(target=command.command_id))
    assert bench.result(cancel).reason == "unknown_target"
    bench.reboot()
    bench.run(20.0)
    bench.deliver(msgspec.structs.replace(command, generation=2))
    assert bench.refusal(command.command_id) is Refusal.CANCELLED_BEFORE
    bench.run(60.0)
    assert bench.moved == []


def test_rc14_what_is_unknown_is_refused_by_name() -> None:
    bench = Bench()
    pick = bench.pick(bench.stocked[0])
    ghost = msgspec.structs.replace(pick.items[0], pack_id="S999999.001")
    other = msgspec.structs.replace(pick.items[0], batch="OTHER")
    cases = {
        bench.send(msgspec.structs.replace(pick, output="OUT-9")): Refusal.UNKNOWN_PARAMETER,
        bench.send(bench.pick(*bench.stocked[:4])): Refusal.UNKNOWN_PARAMETER,
        bench.send(msgspec.structs.replace(pick, items=(ghost,))): Refusal.UNKNOWN_PACK,
        bench.send(msgspec.structs.replace(pick, items=(other,))): Refusal.WRONG_PACK,
        bench.send(SetParameters(profile="p", version=1, values={"warp": 1.0})): Refusal.UNKNOWN_PARAMETER,
        bench.send(SetParameters(profile="p", version=1, values={"x_offset_mm": 99.0})): Refusal.UNKNOWN_PARAMETER,
        bench.send(
            Store(offer_id="R1-1-9", pack_id="N.1", gtin=FLAT, batch="B", expiry="2027-01-01")
        ): Refusal.UNKNOWN_OFFER,
    }
    assert {command_id: bench.refusal(command_id) for command_id in cases} == cases


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda text: text.replace('"kind":"hold"', '"kind":"dance"'), Refusal.UNKNOWN_KIND),
        (lambda text: text.replace('"attempt":1', '"attempt":1,"colour":"red"'), Refusal.UNKNOWN_PARAMETER),
        (lambda text: text.replace('"epoch":1', '"epoch":"one"'), Refusal.UNKNOWN_PARAMETER),
        (lambda text: text.replace('"epoch":1', '"epoch":1,"epoch":1'), Refusal.UNKNOWN_PARAMETER),
    ],
)
def test_rc14_bytes_that_are_no_command_are_answered_where_they_show_an_id(change: object, refusal: Refusal) -> None:
    bench = Bench()
    assert callable(change)
    bench.deliver_bytes(change(encode(bench.envelope(Hold(), "H1")).decode()).encode())
    assert bench.refusal("H1") is refusal
    assert bench.robot.program is not None
    assert bench.robot.program.condition.packml is PackmlState.IDLE


@pytest.mark.parametrize("payload", [b"", b"\xff", b"[1]", b'"C1"', b'{"command_id":["C1"]}', b"{" * 100])
def test_rc24_poison_does_not_stop_the_robot(payload: bytes) -> None:
    bench = Bench()
    bench.deliver_bytes(payload)
    tour = bench.send(bench.pick(bench.stocked[0]))
    bench.run(120.0)
    assert bench.result(tour).outcome is Outcome.COMPLETED


def test_rc28_a_retained_command_is_refused() -> None:
    bench = Bench()
    bench.deliver_bytes(encode(bench.envelope(bench.pick(bench.stocked[0]), "OLD")), retained=True)
    assert bench.refusal("OLD") is Refusal.RETAINED
    bench.run(60.0)
    assert bench.moved == []


def test_rc14_the_factsheet_lists_what_the_robot_obeys() -> None:
    sheet = next(message for message in Bench().heard if isinstance(message, Factsheet))
    assert {"pick", "store", "cancel", "snapshot", "acknowledge"} <= set(sheet.commands)
    assert (sheet.max_tour_items, sheet.max_queue, sheet.outputs) == (3, 3, ("OUT-1", "REJECT", "QUARANTINE"))


def test_rc14_a_pack_that_does_not_fit_or_is_not_the_scanned_one_is_refused() -> None:
    bench = Bench(site=bench_site(capacity_packs=24))
    bench.feed(TALL)
    bench.run(1.0)
    offer = bench.events(PackOffered)[0]
    full = bench.send(Store(offer_id=offer.offer_id, pack_id="N.1", gtin=TALL, batch="N1", expiry="2027-12-31"))
    assert bench.refusal(full) is Refusal.NO_SPACE

    bench = Bench()
    bench.feed(BARE)
    bench.run(1.0)
    offer = bench.events(PackOffered)[0]
    assert (offer.gtin, offer.batch, offer.expiry) == (BARE, None, None)
    wrong = bench.send(Store(offer_id=offer.offer_id, pack_id="N.1", gtin=FLAT, batch="N1", expiry="2027-12-31"))
    assert bench.refusal(wrong) is Refusal.WRONG_PACK
    right = bench.send(Store(offer_id=offer.offer_id, pack_id="N.1", gtin=BARE, batch="N1", expiry="2027-12-31"))
    bench.run(60.0)
    assert bench.result(right).outcome is Outcome.COMPLETED


def test_rc15_a_command_names_a_state_so_that_saying_it_twice_changes_nothing() -> None:
    bench = Bench()
    for _ in range(2):
        assert bench.result(bench.send(Hold())).outcome is Outcome.COMPLETED
    assert bench.states[-1].packml is PackmlState.HELD
    for _ in range(2):
        assert bench.result(bench.send(SetMode(mode=Mode.MAINTENANCE))).outcome is Outcome.COMPLETED
    bench.send(Snapshot())
    assert bench.states[-1].mode is Mode.MAINTENANCE


def test_rc15_hold_ends_when_the_motion_under_way_has_ended() -> None:
    bench = Bench()
    running = bench.send(bench.pick(bench.stocked[0]))
    queued = bench.send(bench.pick(bench.stocked[1]))
    hold = bench.send(Hold())
    assert not bench.finished(hold)
    bench.run(120.0)
    assert bench.finished(running)
    assert bench.finished(hold)
    assert CommandStarted(command_id=queued) not in bench.events(CommandStarted)
    bench.send(Resume())
    bench.run(120.0)
    assert bench.finished(queued)
