"""The unreliable link does what its faults say, and the same again with the same seed."""

from collections import Counter

import pytest

from controller.protocol.commands import Command, Snapshot
from controller.protocol.reports import Presence
from controller.protocol.topics import Channel
from controller.rehearsal.link import Draw, FromRobotMessage, Link, LinkFaults, ToRobotMessage


def _message(number: int) -> ToRobotMessage:
    command = Command(
        command_id=f"Q{number}", robot="R1", generation=1, epoch=1, attempt=1, issued_at="2026-11-23T08:00:00.000Z",
        valid_for_s=60.0, body=Snapshot(inventory=False),
    )  # fmt: skip
    return ToRobotMessage("R1", command)


def _carried(link: Link, count: int = 400) -> list[ToRobotMessage]:
    sent = [_message(number) for number in range(count)]
    for place, message in enumerate(sent):
        link.send(message, float(place))
    arrived = []
    while (at := link.next_at()) is not None:
        arrived += link.due(at)
    assert all(isinstance(message, ToRobotMessage) for message in arrived)
    return [message for message in arrived if isinstance(message, ToRobotMessage)]


def test_a_perfect_link_carries_each_message_once_and_in_order() -> None:
    link = Link()
    assert link.perfect
    assert _carried(link) == [_message(number) for number in range(400)]


@pytest.mark.parametrize(
    ("faults", "lost", "doubled", "reordered"),
    [
        (LinkFaults(lose=0.25), True, False, False),
        (LinkFaults(double=0.25), False, True, False),
        (LinkFaults(delay=0.25, longest_delay_s=30.0), False, False, True),
    ],
)
def test_each_fault_does_what_it_says_and_nothing_else(
    faults: LinkFaults, lost: bool, doubled: bool, reordered: bool
) -> None:
    arrived = _carried(Link(faults, seed=3))
    copies = Counter(message.command.command_id for message in arrived)
    first = list(dict.fromkeys(int(name[1:]) for name in (message.command.command_id for message in arrived)))
    assert (len(copies) < 400) is lost
    assert (max(copies.values()) == 2) is doubled
    assert (first != sorted(first)) is reordered
    if lost:
        assert 60 < 400 - len(copies) < 140


def test_a_late_message_is_no_later_than_the_longest_delay() -> None:
    link = Link(LinkFaults(delay=1.0, longest_delay_s=30.0), seed=1)
    link.send(_message(1), 100.0)
    assert link.due(99.9) == []
    assert link.due(130.0) == [_message(1)]
    assert link.next_at() is None


def test_the_same_seed_loses_the_same_messages_and_another_others() -> None:
    faults = LinkFaults(lose=0.3, double=0.2, delay=0.3, longest_delay_s=20.0)
    assert _carried(Link(faults, seed=5)) == _carried(Link(faults, seed=5))
    assert _carried(Link(faults, seed=5)) != _carried(Link(faults, seed=6))


def test_while_it_is_down_only_what_is_retained_is_kept() -> None:
    link = Link()
    presence = Presence(robot="R1", generation=1, status="online")
    link.send(_message(1), 0.0)
    link.up = False
    link.drop_all()
    link.send(_message(2), 0.0)
    link.send(FromRobotMessage("R1", Channel.PRESENCE, presence), 0.0)
    link.up = True
    assert link.due(100.0) == []
    assert link.retained == {("R1", Channel.PRESENCE): presence}


def test_draws_are_spread_over_the_unit_interval() -> None:
    draw = Draw(9)
    drawn = [draw.next() for _ in range(4000)]
    assert all(0.0 <= number < 1.0 for number in drawn)
    assert all(330 < count < 470 for count in Counter(int(number * 10) for number in drawn).values())
