"""RC-02 to RC-06, RC-17, RC-18, RC-20 and RC-25 at the robot's side."""

from controller.protocol.codec import decode_from_robot, encode
from controller.protocol.commands import Acknowledge, Hold, SetParameters, Snapshot
from controller.protocol.events import Booted, CommandStarted, Event, OfferLapsed, PackOffered
from controller.protocol.reports import InventoryPage, Presence, State, inventory_checksum, pack_fingerprint
from controller.protocol.topics import Channel
from controller.protocol.vocabulary import EVENT_REPEAT_S, MAX_UNACKED_EVENTS, STATE_INTERVAL_S, Outcome, Refusal
from tests.contract.robot_bench import FLAT, Bench, bench_site


def test_rc02_every_boot_draws_a_new_generation_and_counts_anew() -> None:
    bench = Bench()
    bench.reboot()
    bench.heard.clear()
    bench.reboot()
    bench.run(1.0)
    assert [(presence.generation, presence.status) for presence in bench.presences] == [(2, "lost"), (3, "online")]
    events = [message for message in bench.heard if isinstance(message, Event)]
    assert (events[0].generation, events[0].seq) == (3, 1)
    assert isinstance(events[0].body, Booted)


def test_rc02_a_reconnect_of_the_same_program_is_the_same_generation() -> None:
    bench = Bench()
    bench.link(False)
    bench.run(60.0)
    bench.heard.clear()
    bench.link(True)
    assert bench.presences == [Presence(robot="R1", generation=1, status="online")]


def test_rc02_the_journal_keeps_its_name_over_boots() -> None:
    bench = Bench()
    bench.reboot()
    assert len({booted.journal_id for booted in bench.events(Booted)}) == 1


def test_rc03_the_notice_of_death_carries_the_generation_of_the_birth() -> None:
    bench = Bench()
    bench.do(bench.robot.cut_power)
    assert bench.presences[-1] == Presence(robot="R1", generation=1, status="lost")


def test_rc04_presence_and_factsheet_come_before_everything_else() -> None:
    bench = Bench()
    assert [type(message).__name__ for message in bench.heard[:2]] == ["Presence", "Factsheet"]


def test_rc05_one_count_runs_over_events_and_states() -> None:
    bench = Bench()
    bench.send(bench.pick(bench.stocked[0]))
    bench.run(4.0)
    bench.send(Snapshot(inventory=True))
    numbered = [message for message in bench.heard if isinstance(message, Event | State | InventoryPage)]
    first_tellings = dict.fromkeys(message.seq for message in numbered)
    assert list(first_tellings) == list(range(1, len(first_tellings) + 1))


def test_rc05_a_state_names_the_events_that_will_still_be_repeated() -> None:
    bench = Bench()
    bench.send(Snapshot())
    events = {message.seq for message in bench.heard if isinstance(message, Event)}
    assert set(bench.states[-1].unacked) == events


def test_rc06_an_event_is_repeated_until_the_controller_has_committed_it() -> None:
    bench = Bench(online=False)
    bench.run(EVENT_REPEAT_S * 2 + 0.1)
    booted = [message for message in bench.heard if isinstance(message, Event) and message.seq == 1]
    assert len(booted) == 3
    assert booted[0] == booted[1] == booted[2]
    bench.send(Acknowledge(seq=1))
    bench.heard.clear()
    bench.run(EVENT_REPEAT_S * 3)
    again = {message.seq for message in bench.heard if isinstance(message, Event)}
    assert 1 not in again
    assert again


def test_rc06_nothing_is_repeated_when_all_is_acknowledged() -> None:
    bench = Bench(acknowledging=True)
    bench.heard.clear()
    bench.run(EVENT_REPEAT_S * 4)
    assert [message for message in bench.heard if isinstance(message, Event)] == []


def test_rc06_after_a_reconnect_the_unacknowledged_events_come_again_at_once() -> None:
    bench = Bench()
    bench.send(bench.pick(bench.stocked[0]))
    bench.link(False)
    bench.heard.clear()
    bench.run(120.0)
    assert bench.heard == []
    bench.link(True)
    names = [type(message.body).__name__ for message in bench.heard if isinstance(message, Event)]
    assert names[-3:] == ["PackGripped", "PackDelivered", "CommandFinished"]


def test_rc06_a_robot_that_cannot_report_accepts_no_further_motion() -> None:
    bench = Bench()
    for _ in range(MAX_UNACKED_EVENTS // 2):
        bench.send(Hold())
    refused = bench.send(bench.pick(bench.stocked[0]))
    assert bench.refusal(refused) is Refusal.NOT_REPORTING
    assert len(bench.states[-1].unacked) <= MAX_UNACKED_EVENTS


def test_rc06_a_queued_command_waits_until_the_robot_can_report_again() -> None:
    bench = Bench()
    bench.send(bench.pick(bench.stocked[0]))
    waiting = bench.send(bench.pick(bench.stocked[1]))
    for _ in range(MAX_UNACKED_EVENTS // 2):
        bench.send(SetParameters(profile="p", version=1, values={}))
    bench.run(60.0)
    assert len(bench.moved) == 2
    bench.send(Acknowledge(seq=bench.states[-1].seq))
    bench.run(60.0)
    assert bench.result(waiting).outcome is Outcome.COMPLETED


def test_rc17_a_robot_is_never_silent_for_longer_than_the_interval() -> None:
    bench = Bench(acknowledging=True)
    bench.heard.clear()
    bench.run(STATE_INTERVAL_S * 10)
    assert len(bench.states) == 10


def test_rc18_without_the_controller_the_moving_command_ends_and_no_other_begins() -> None:
    bench = Bench()
    moving = bench.send(bench.pick(bench.stocked[0]))
    waiting = bench.send(bench.pick(bench.stocked[1]))
    bench.presence(False)
    bench.run(120.0)
    assert bench.result(moving).outcome is Outcome.COMPLETED
    assert CommandStarted(command_id=waiting) not in bench.events(CommandStarted)
    refused = bench.send(bench.pick(bench.stocked[1]))
    assert bench.refusal(refused) is Refusal.CONTROLLER_ABSENT
    bench.presence(True)
    bench.run(120.0)
    assert bench.result(waiting).outcome is Outcome.COMPLETED


def test_rc18_a_robot_that_lost_its_link_starts_nothing_either() -> None:
    bench = Bench()
    bench.send(bench.pick(bench.stocked[0]))
    bench.send(bench.pick(bench.stocked[1]))
    bench.link(False)
    bench.run(120.0)
    assert len(bench.moved) == 2


def test_rc18_the_last_will_of_an_older_controller_is_not_believed() -> None:
    bench = Bench(epoch=4)
    bench.presence(False, epoch=3)
    tour = bench.send(bench.pick(bench.stocked[0]))
    bench.run(120.0)
    assert bench.result(tour).outcome is Outcome.COMPLETED


def test_rc18_nothing_is_offered_to_an_absent_controller() -> None:
    bench = Bench()
    bench.presence(False)
    bench.feed()
    bench.run(60.0)
    assert bench.events(PackOffered) == []
    bench.presence(True)
    bench.run(1.0)
    assert len(bench.events(PackOffered)) == 1


def test_rc20_a_snapshot_with_inventory_names_every_pack() -> None:
    bench = Bench(site=bench_site(capacity_packs=1000, packs=250))
    bench.send(Snapshot(inventory=True), "SNAP")
    pages = [message for message in bench.heard if isinstance(message, InventoryPage)]
    assert [(page.page, page.pages, page.answers) for page in pages] == [(n, 3, "SNAP") for n in (1, 2, 3)]
    told = [pack.pack_id for page in pages for pack in page.packs]
    assert sorted(told) == sorted(pack.pack_id for pack in bench.stocked)
    summary = bench.states[-1].inventory
    assert summary.packs == len(told)
    assert summary.checksum == inventory_checksum(sum(map(pack_fingerprint, told)))


def test_rc20_the_checksum_follows_every_pack_in_and_out() -> None:
    bench = Bench()
    before = bench.robot.inventory.summary()
    pack = bench.stocked[0]
    bench.send(bench.pick(pack))
    bench.run(120.0)
    after = bench.robot.inventory.summary()
    removed = int(before.checksum, 16) - int(after.checksum, 16)
    assert removed % 2**64 == pack_fingerprint(pack.pack_id)


def test_rc25_all_that_a_robot_says_passes_the_codec() -> None:
    bench = Bench()
    bench.feed()
    bench.send(bench.pick(*bench.stocked[:3]))
    bench.run(60.0)
    bench.send(Snapshot(inventory=True))
    bench.reboot()
    channels = {"Presence": Channel.PRESENCE, "Factsheet": Channel.FACTSHEET, "Event": Channel.EVENT}
    for message in bench.heard:
        channel = channels.get(type(message).__name__, Channel.STATE)
        assert decode_from_robot(channel, encode(message)) == message


def test_an_offer_that_nobody_answers_ends_on_the_reject_lane() -> None:
    bench = Bench()
    bench.feed(FLAT)
    bench.run(10.0)
    offer = bench.events(PackOffered)[0]
    assert bench.events(OfferLapsed) == [OfferLapsed(offer_id=offer.offer_id)]
    assert len(bench.robot.machine.reject_lane) == 1
