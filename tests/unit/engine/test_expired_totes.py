"""What has expired, or is held, by the time at which its van leaves does not leave with it."""

from datetime import UTC, date, datetime

import pytest

from controller.domain.alarm import Alarm
from controller.engine import actions as act
from controller.engine import last_looks
from tests.support.cores import FLAT, NEW, Floor, packs_of

PACK = "012.R1.OLD.1"
LAST_DAY = date(2026, 11, 25)
"""The first day on which the pack may not leave."""
NIGHT_VAN_AT = datetime(2026, 11, 25, 0, 40, tzinfo=UTC).timestamp()


def gathered(expiry: date = LAST_DAY, *, run_date: str = "2026-11-24") -> Floor:
    floor = Floor(packs_of(FLAT, "robot:R1", 1, expiry=expiry)).open()
    floor.do(act.SetLeastRemainingDays("GGH-WA1", 0, "used up the same day", "Ann"))
    floor.order("T1", (FLAT, 1), run_date=run_date)
    floor.r1.work_off()
    return floor


def waits_until_it_expires(*, checked: bool) -> Floor:
    """Nobody loads the tote, or nobody checks it, for four days."""
    floor = gathered(date(2026, 11, 26), run_date="2026-11-23")
    if checked:
        floor.work("CHECK", moved=())
    for _ in range(4):
        floor.jump_to(floor.now + 86_400.0)
    floor.do(act.BookDelivery("DN1", (act.DeliveredLine(FLAT, "B2", NEW, 1),), "Ann"))
    return floor


@pytest.mark.parametrize("checked", [True, False])
def test_a_tote_with_an_expired_pack_is_refused_and_its_order_gathered_anew(checked: bool) -> None:
    floor = waits_until_it_expires(checked=checked)
    assert floor.claim("DOCK") is None, "a new day looks through what waits for its van"
    floor.work("CHECK", moved=())
    assert floor.account(PACK) == "quarantine"
    assert floor.row("T1").lines[0].gathered == 0
    assert floor.row("T1").status == "open"
    floor.sound()


# ---- a van that leaves after midnight ---------------------------------------------------------------------


def moved_to_the_night(floor: Floor) -> None:
    """Its van of the 24th leaves 40 min after midnight."""
    departure = floor.core.state.departures[floor.row("T1").departure_id or ""]
    departure.departs_at = NIGHT_VAN_AT


def alarms(floor: Floor) -> list[Alarm]:
    return [alarm for alarm in floor.core.state.alarms.values() if alarm.kind == "totes.held_back"]


def dispatched(floor: Floor) -> list[str]:
    return [pack.pack_id for pack in floor.rows.packs.values() if pack.account.startswith("dispatched:")]


@pytest.mark.parametrize("station", ["CHECK", "DOCK"])
def test_what_expires_before_its_van_leaves_is_neither_released_nor_loaded(station: str) -> None:
    floor = gathered()
    if station == "DOCK":
        floor.work("CHECK", moved=())
    moved_to_the_night(floor)
    floor.work(station, moved=())
    assert floor.claim("DOCK") is None
    if station == "DOCK":
        floor.work("CHECK", moved=())
    assert floor.account(PACK) == "quarantine"
    assert alarms(floor) == [], "it was never on the van"
    floor.sound()


def loaded(floor: Floor) -> Floor:
    for station in ("CHECK", "DOCK"):
        floor.work(station, moved=())
    moved_to_the_night(floor)
    return floor


def test_what_expires_on_the_van_is_called_off_it_when_its_day_begins() -> None:
    floor = loaded(gathered())
    floor.jump_to(NIGHT_VAN_AT - 2400.0 + 10.0)
    assert floor.row("T1").status == "gathered"
    (taken,) = floor.rows.actions("tote.taken_back")
    assert (taken.data["was"], taken.data["why"]) == ("loaded", "expires 2026-11-25")
    (alarm,) = alarms(floor)
    assert alarm.text == f"Off the van to GGH: T1-1 for GGH-WA1 (pack {PACK} expires 2026-11-25)."
    floor.restart()
    floor.wait(10.0)
    assert len(alarms(floor)) == 1
    floor.work("CHECK", moved=())
    floor.wait(10.0)
    assert alarms(floor) == []
    floor.jump_to(NIGHT_VAN_AT + 10.0)
    assert dispatched(floor) == []
    assert floor.row("T1").departure_id == "GGH-1/2026-11-25", "what can be had comes with a later van"
    floor.sound()


def test_the_last_look_is_as_the_van_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_looks, "tick", lambda turn: None)
    floor = loaded(gathered())
    floor.jump_to(NIGHT_VAN_AT + 10.0)
    assert dispatched(floor) == []
    left = floor.rows.actions("departure.left")[-1]
    assert left.subject == "departure:GGH-1/2026-11-24"
    assert (left.data["totes"], left.data["left_behind"]) == (0, 1)
    assert len(alarms(floor)) == 1
    floor.work("CHECK", moved=())
    assert floor.account(PACK) == "quarantine"
    floor.sound()


def test_a_pack_that_came_to_be_held_by_any_way_does_not_leave() -> None:
    floor = gathered(NEW, run_date="2026-11-23")
    for station in ("CHECK", "DOCK"):
        floor.work(station, moved=())
    floor.core.state.book.hold(PACK, "held by nobody who looked where it is")
    floor.jump_to(floor.core.state.departures["GGH-1/2026-11-23"].departs_at + 10.0)
    assert dispatched(floor) == []
    floor.sound()


def test_a_van_that_left_before_midnight_had_it_though_that_is_noticed_after() -> None:
    floor = loaded(gathered())
    floor.core.state.departures[floor.row("T1").departure_id or ""].departs_at = NIGHT_VAN_AT - 2460.0
    floor.jump_to(NIGHT_VAN_AT)
    assert dispatched(floor) == [PACK]
    assert floor.row("T1").status == "dispatched"
    floor.sound()
