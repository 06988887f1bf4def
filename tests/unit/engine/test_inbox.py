"""What waits for the loop: bounded, oldest first, and nobody is left without an answer."""

import asyncio

import pytest

from controller.domain.errors import Overloaded, StoreUnavailable
from controller.engine.actions import ConfirmRobot, LinkChanged, Submission, Tick
from controller.engine.inbox import MAX_TURN, Inbox

REQUEST = Submission(ConfirmRobot("R1", "looked at", "ines"))


async def test_a_full_inbox_drops_reports_and_refuses_people_but_hears_of_the_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("controller.engine.inbox.MAX_WAITING", 3)
    inbox = Inbox()
    for _ in range(4):
        inbox.tell(Tick())
    assert len(inbox) == 3
    with pytest.raises(Overloaded):
        inbox.ask(REQUEST)
    inbox.tell(LinkChanged(False))
    assert len(inbox) == 4


async def test_a_turn_takes_the_oldest_and_no_more_than_one_commit_should_hold() -> None:
    inbox = Inbox()
    inbox.tell(LinkChanged(True))
    for _ in range(MAX_TURN):
        inbox.tell(Tick())
    taken = inbox.take()
    assert (len(taken), len(inbox)) == (MAX_TURN, 1)
    assert taken[0].submission.action == LinkChanged(True)


async def test_whoever_waits_is_told_when_nothing_is_known_taken_or_not() -> None:
    inbox = Inbox()
    gone, taken = inbox.ask(REQUEST), inbox.ask(REQUEST)
    gone.cancel()
    turn = inbox.take()
    waiting = inbox.ask(REQUEST)
    inbox.give_up(turn, StoreUnavailable("gone"))
    assert isinstance(taken.exception(), StoreUnavailable)
    assert isinstance(waiting.exception(), StoreUnavailable)
    assert len(inbox) == 0


async def _never() -> None:
    await asyncio.Event().wait()


async def test_what_arrives_ends_the_wait_for_a_timer() -> None:
    inbox = Inbox()
    waiting = asyncio.ensure_future(inbox.wait(_never()))
    await asyncio.sleep(0)
    assert not waiting.done()
    inbox.tell(Tick())
    async with asyncio.timeout(5.0):
        await waiting
