"""The story of an order: what is told of it, in which order, and what it is said to wait for."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import controller.engine
from controller.domain.decision import KEPT_S, Decision
from controller.domain.journal import JournalEntry
from controller.domain.order import Order, OrderClass, OrderLine, OrderStatus
from controller.domain.promise import Promise
from controller.domain.task import Step, StepStatus, Task, TaskKind, TaskStatus
from controller.domain.tote import Tote, ToteStatus
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.scheduling.explain import Around
from controller.scheduling.happenings import _SILENT, _TELLERS, Names, told
from controller.scheduling.stops import stops_of
from controller.scheduling.story import EventKind, Holding, Material, Missing, tell
from controller.scheduling.wording import LocalTime, listed, span

GTIN = "05000000000012"
TEN = datetime(2026, 11, 23, 10, tzinfo=UTC).timestamp()
SAY = LocalTime.around(TEN, ZoneInfo("Europe/London"))
VAN, LATER = "GGH-1/2026-11-23", "GGH-2/2026-11-23"
NAMES = Names(SAY, {GTIN: "Letrozole"}, {VAN: TEN + 900.0, LATER: TEN + 8100.0}, {"C1.000001": "R3"})


def entry(action: str, at: float = TEN, subject: str = "order:T1", actor: str = "controller", **data: Any) -> Any:
    return JournalEntry(int(at), at, actor, action, subject, data, "0", "0")


def order(**changed: Any) -> Order:
    facts: dict[str, Any] = {"status": OrderStatus.OPEN}
    line = OrderLine(1, GTIN, 7, reserved=2, in_work=3, gathered=1, short=1)
    return Order("T1", "GGH-WA1", OrderClass.ROUTINE, TEN - 60.0, TEN + 900.0, VAN, [line], 1, **{**facts, **changed})


def material(**changed: Any) -> Material:
    facts: dict[str, Any] = {"order": order(), "now": TEN + 60.0, "names": NAMES, "destination": "Ward 1"}
    return Material(**{**facts, **changed})


EXAMPLES: dict[str, tuple[JournalEntry, str]] = {
    "order.received": (
        entry("order.received", actor="ward:GGH-WA1", packs=7, order_class="routine", departure_id=VAN,
              waiting_for_stock=2),
        "Received from GGH-WA1: 7 packs, routine, with van GGH-1 (leaves 10:15); 2 packs of it not in stock then.",
    ),
    "order.missed_its_van": (
        entry("order.missed_its_van", old=VAN, new=LATER),
        "Its van GGH-1 (leaves 10:15) had gone already: booked on van GGH-2 (leaves 12:15).",
    ),
    "order.rebooked": (
        entry("order.rebooked", old=VAN, new="GGH-1/2026-11-24"),
        "No longer with van GGH-1 (leaves 10:15), from now on with van GGH-1 (2026-11-24).",
    ),
    "order.van_does_not_go": (
        entry("order.van_does_not_go", old=VAN, new=LATER),
        "Its van GGH-1 (leaves 10:15) does not go: booked on van GGH-2 (leaves 12:15).",
    ),
    "order.came_after_cutoff": (
        entry("order.came_after_cutoff", old=VAN, new=LATER),
        "It came too late for its van GGH-1 (leaves 10:15): booked on van GGH-2 (leaves 12:15).",
    ),
    "tour.withdrawn": (
        entry("tour.withdrawn", task_id="C1.000001", robot="R3"),
        "R3 had stopped: its tour C1.000001, not begun yet, is taken back for others.",
    ),
    "order.picked_by_hand": (
        entry("order.picked_by_hand", robot="R3", work_id="W1.000004", packs=["P1", "P2"]),
        "R3 is out of work: a person fetches 2 packs out of it by hand.",
    ),
    "tote.sent_ahead": (
        entry("tote.sent_ahead", tote_id="T1-1", departure_id=VAN, packs=5, lacking=2),
        "Tote T1-1 (5 packs) goes ahead with van GGH-1 (leaves 10:15); 2 packs that cannot come in time will follow.",
    ),
    "tote.taken_off": (
        entry("tote.taken_off", subject="tote:T1-1", order_ref="T1", new=LATER),
        "Tote T1-1 was taken off its van, which does not go: it goes with van GGH-2 (leaves 12:15).",
    ),
    "order.dispatched": (
        entry("order.dispatched", totes=2, late_s=720.0, short=1),
        "Left with 2 totes, 12 min late; 1 pack short.",
    ),
    "order.late": (
        entry("order.late", late_s=720.0, left=True, cause={"text": "R3 could not work, which cost 20 min."},
              also=[{"text": "It waited 5 min for somebody at CHECK."}, {"text": "Slow."}]),
        "Why it was late: R3 could not work, which cost 20 min. Also: It waited 5 min for somebody at CHECK; Slow.",
    ),
    "order.short": (entry("order.short"), "Nothing of it could be supplied."),
    "order.cancel_asked": (
        entry("order.cancel_asked", actor="Ann", reason="not needed"),
        "Ann asked to cancel it (not needed).",
    ),
    "order.cancelled": (
        entry("order.cancelled", reason="not needed"),
        "Cancelled; what was in its totes, if anything, went to quarantine.",
    ),
    "line.short": (
        entry("line.short", line=1, gtin=GTIN, packs=2, reason="out of stock"),
        "Line 1 (Letrozole): 2 packs will not come, out of stock.",
    ),
    "task.refused": (
        entry("task.refused", subject="task:C1.000001", kind="pick", refusal="no_tote", detail="x"),
        "R3's tour C1.000001 was refused (no tote): nothing was moved, its packs are free for another tour.",
    ),
    "task.fell_short": (
        entry("task.fell_short", subject="task:C1.000001", kind="pick", outcome="incomplete", reason="GRP-10",
              packs={"P1": "done", "P2": "lost"}),
        "R3's tour C1.000001 was incomplete (GRP-10): 1 of 2 packs came.",
    ),
    "task.void": (
        entry("task.void", subject="task:C1.000001", why="never answered"),
        "R3's tour C1.000001 was never begun and is taken back (never answered).",
    ),
    "pack.missing": (
        entry("pack.missing", subject="pack:P1", why="its location was empty"),
        "Pack P1 was not found (its location was empty): another is taken.",
    ),
    "pack.taken_out": (
        entry("pack.taken_out", subject="pack:P1", account="written-off", reason="dropped in the robot"),
        "Pack P1 went to written off (dropped in the robot).",
    ),
    "pack.mismatch": (
        entry("pack.mismatch", subject="pack:P1", gtin="x"),
        "Pack P1 came out with another code than was asked for: a person looks.",
    ),
    "doubt.opened": (
        entry("doubt.opened", subject="pack:P1", reason="power lost"),
        "Nobody knew what had become of pack P1 (power lost).",
    ),
    "doubt.settled": (
        entry("doubt.settled", subject="pack:P1", actor="journal", finding="in_tote", note=None),
        "The robot's own journal settled what had become of pack P1: it is in its tote.",
    ),
    "tote.checked": (
        entry("tote.checked", subject="tote:T1-1", actor="Ann", packs=7),
        "Tote T1-1 (7 packs) was checked and released by Ann.",
    ),
    "tote.refused_at_check": (
        entry("tote.refused_at_check", subject="tote:T1-1", actor="Ann", held=["P1"]),
        "Tote T1-1 was refused at the check by Ann because P1 is held: its packs are gathered again.",
    ),
    "tote.loaded": (
        entry("tote.loaded", subject="tote:T1-1", actor="Ann", departure_id=None),
        "Tote T1-1 was handed to the courier by Ann.",
    ),
    "tote.taken_back": (
        entry("tote.taken_back", subject="tote:T1-1", pack_id="P1", was="loaded", why="expires 2026-11-24"),
        "Tote T1-1 was taken off its van: pack P1 in it expires 2026-11-24.",
    ),
    "promise.late_predicted": (
        entry("promise.late_predicted", expected_at=TEN + 2400.0, cause="R3 is down", rescue="hand-pick line 3"),
        "Will be late, expected at 10:40: R3 is down; hand-pick line 3.",
    ),
    "promise.recovered": (entry("promise.recovered"), "It will be in time after all."),
}  # fmt: skip


@pytest.mark.parametrize("action", EXAMPLES)
def test_each_entry_has_its_sentence(action: str) -> None:
    found, expected = EXAMPLES[action]
    assert told(found, NAMES) == expected


def test_no_entry_with_a_sentence_lacks_its_example() -> None:
    assert set(EXAMPLES) == set(_TELLERS)


def test_everything_that_the_engine_writes_of_an_order_has_a_sentence() -> None:
    noted = re.compile(r'"([a-z]+\.[a-z_]+)",\s*f"(?:order|tote|task):\{')
    engine = Path(controller.engine.__file__).parent
    written = {action for file in engine.glob("*.py") for action in noted.findall(file.read_text())}
    assert len(written) > 10
    refused = {"topup.refused"}
    """No order came of it."""
    assert written - set(EXAMPLES) - _SILENT - refused == set()


def test_an_entry_of_another_version_is_told_by_its_name() -> None:
    assert told(entry("order.blessed", actor="person:Ann", how="twice", why=None), NAMES) == (
        "Order blessed by Ann (how twice)."
    )
    assert told(entry("tote.checked", subject="tote:T1-1"), NAMES) == "Tote checked."
    assert told(entry("task.copy_refused"), NAMES) is None


def test_the_story_goes_by_time_and_tells_the_same_only_once() -> None:
    steps = [Step("P1", 1, 1, StepStatus.DONE), Step("P2", 2, 1, StepStatus.DONE)]
    task = Task(
        "C1.000001", TaskKind.PICK, "R3", 1, 1, TEN, 60.0, steps, "T1", "T1-1",
        status=TaskStatus.COMPLETED, started_at=TEN + 60.0, finished_at=TEN + 120.0,
    )  # fmt: skip
    picked = Work(
        "W1.000002", WorkKind.HAND_PICK, "MANUAL-A", TEN, TEN, 2, ["P3"], [1], "T1", "T1-1",
        status=WorkStatus.DONE, worker="Ann", taken_at=TEN + 90.0, finished_at=TEN + 150.0,
    )  # fmt: skip
    choice = Decision(TEN, "T1", "robot:R3", "C1.000001", 2, -1.0, -1.0, 600.0, 60.0, 7, 1)
    story = tell(
        material(
            order=order(gathered_at=TEN + 180.0, status=OrderStatus.GATHERED),
            tasks=[task],
            works=[picked],
            totes=[Tote("T1-1", "T1", packs=3, status=ToteStatus.CLOSED)],
            decisions=[(choice, Around())],
            journal=[EXAMPLES["pack.missing"][0]] * 2,
        )
    )
    assert [(event.at - TEN, event.kind, event.text) for event in story.events] == [
        (0.0, EventKind.TROUBLE, "Pack P1 was not found (its location was empty): another is taken."),
        (0.0, EventKind.GIVEN, "R3 was given 2 packs."),
        (120.0, EventKind.DONE, "R3 has put 2 packs into tote T1-1, begun at 10:01."),
        (
            150.0,
            EventKind.DONE,
            "Ann has come back from the shelves of MANUAL-A with what was there for tote T1-1, begun at 10:01.",
        ),
        (180.0, EventKind.GATHERED, "All that could be had was gathered in 1 tote."),
    ]
    assert story.events[1].reasons is not None
    assert story.events[1].decision == choice
    assert story.standing == "Everything is gathered: tote T1-1 waits for the final check."


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "Of 7 packs: 1 in totes, 3 being fetched, 2 not begun, 1 short."),
        (
            {"cancel_reason": "no"},
            "It is being cancelled; of 7 packs: 1 in totes, 3 being fetched, 2 not begun, 1 short.",
        ),
        ({"status": OrderStatus.GATHERED}, "Everything is gathered."),
        ({"status": OrderStatus.READY}, "All its totes are on board; it leaves with van GGH-1 (leaves 10:15)."),
        ({"status": OrderStatus.READY, "departure_id": None}, "Everything is gathered."),
        ({"status": OrderStatus.DISPATCHED, "dispatched_at": TEN}, "It left at 10:00."),
        ({"status": OrderStatus.SHORT}, "Nothing of it could be supplied."),
        ({"status": OrderStatus.CANCELLED, "cancel_reason": "not needed"}, "It is cancelled (not needed)."),
    ],
)
def test_every_standing_has_words(changed: dict[str, Any], expected: str) -> None:
    found = order()
    for name, value in changed.items():
        setattr(found, name, value)
    assert tell(material(order=found)).standing == expected


def holding(source: str, *, in_service: bool = True) -> Holding:
    return Holding(source, 4, in_service, 360.0)


@pytest.mark.parametrize(
    ("packs", "promised", "arriving", "holders", "expected"),
    [
        (
            2, 2, 0, (holding("robot:R3"), holding("robot:R5", in_service=False)),
            "2 packs of Letrozole wait for R3 (6 min of work first); R5 is out of service.",
        ),
        (
            1, 1, 0, (holding("robot:R3"), holding("area:MANUAL-A")),
            "1 pack of Letrozole waits for R3 (6 min of work first) or the shelves of MANUAL-A (6 min of work first).",
        ),
        (
            2, 2, 0, (holding("robot:R4", in_service=False), holding("robot:R5", in_service=False)),
            "2 packs of Letrozole wait until R4 or R5 is back in service: nowhere else has any.",
        ),
        (2, 2, 0, (), "2 packs of Letrozole wait for packs that are being moved or looked for."),
        (1, 0, 0, (), "1 pack of Letrozole is not in stock."),
        (
            3, 1, 5, (holding("robot:R3"),),
            "1 pack of Letrozole waits for R3 (6 min of work first); "
            "2 packs of Letrozole are not in stock, but 5 stand at goods-in.",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_says_what_it_waits_for(
    packs: int, promised: int, arriving: int, holders: tuple[Holding, ...], expected: str
) -> None:
    (wait,) = tell(material(missing=[Missing(1, GTIN, packs, promised, arriving, holders)])).waits
    assert wait == expected


def test_a_promise_is_what_is_expected_and_afterwards_what_was_said() -> None:
    promise = Promise(
        "T1", TEN, TEN + 600.0, TEN + 840.0, 0.93, TEN, TEN + 300.0, TEN + 660.0, "R3 is down", "hand-pick line 1"
    )
    assert tell(material(promise=promise)).promise == (
        "Expected on its van at 10:10, with 90% certainty by 10:14; it leaves in time with 93%: R3 is down; "
        "hand-pick line 1."
    )
    gone = order(status=OrderStatus.DISPATCHED, dispatched_at=TEN)
    assert tell(material(order=gone, promise=promise)).promise == (
        "When it came, it was promised to be on its van by 10:11 and expected there at 10:05."
    )


def test_an_order_older_than_a_week_says_that_its_reasons_are_gone() -> None:
    choice = Decision(TEN, "T1", "robot:R3", "C1.000001", 2, -1.0, -1.0, 600.0, 60.0, 7, 1)
    week = TEN + KEPT_S + 3600.0
    assert tell(material(decisions=[(choice, Around())])).notes == ()
    assert tell(material()).notes == ()
    assert tell(material(now=week)).notes == (
        "Why a tour was given is kept for a week: of this order's tours some or all are older.",
    )


def test_a_moment_of_another_day_carries_its_date() -> None:
    assert SAY.clock(TEN + 86_400.0) == "Tue 24 Nov 10:00"
    # On the day on which the clocks go back, local time says an hour twice.
    autumn = LocalTime.around(datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp(), ZoneInfo("Europe/London"))
    assert autumn.clock(datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp()) == "01:30"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.4, "0 s"), (89.0, "89 s"), (90.0, "2 min"), (-1080.0, "18 min"), (7170.0, "2 h"), (7500.0, "2 h 05 min"),
     (300_000.0, "3 days")],
)  # fmt: skip
def test_spans(seconds: float, expected: str) -> None:
    assert span(seconds) == expected


def test_lists() -> None:
    assert [listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_stops_of_a_robot() -> None:
    robot = "robot:R3"
    entries = [
        entry("fault.raised", TEN, robot, occurrence="o1", code="AXX-01", level=2),
        entry("fault.raised", TEN + 10.0, robot, occurrence="o2", code="GRP-10", level=3),
        entry("fault.cleared", TEN + 30.0, robot, occurrence="o2", code="GRP-10"),
        entry("fault.cleared", TEN + 300.0, robot, occurrence="o1", code="AXX-01"),
        entry("robot.lost", TEN + 400.0, robot, trust="silent", reason="no report for 50 s"),
        entry("robot.ready", TEN + 430.0, robot, generation=1, packs=1),
        entry("robot.mode_changed", TEN + 500.0, robot, mode="maintenance"),
        entry("robot.mode_changed", TEN + 600.0, robot, mode="automatic"),
        entry("fault.raised", TEN + 700.0, robot, occurrence="o3", code="AXY-04", level=1),
    ]
    assert [(stop.from_at - TEN, stop.until_at, stop.cause) for stop in stops_of(entries, TEN, TEN + 1000.0)] == [
        (0.0, TEN + 300.0, "fault AXX-01"),
        (500.0, TEN + 600.0, "in maintenance mode"),
        (700.0, None, "fault AXY-04"),
    ]
    assert stops_of(entries, TEN + 310.0, TEN + 450.0) == ()


def test_a_lost_contact_is_one_stop_though_it_has_a_fault_record_as_well() -> None:
    robot = "robot:R3"
    entries = [
        entry("robot.lost", TEN, robot, trust="silent", reason="no report for 50 s"),
        entry("fault.raised", TEN, robot, occurrence="~1.000001", code="NET-90", level=2),
        entry("fault.cleared", TEN + 300.0, robot, occurrence="~1.000001", code="NET-90"),
        entry("robot.ready", TEN + 300.0, robot, generation=1, packs=1),
    ]
    (stop,) = stops_of(entries, TEN, TEN + 1000.0)
    assert stop.cause == "no contact: no report for 50 s"
