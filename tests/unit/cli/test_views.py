"""The live view and the summary of a day show what is, and what a person must see."""

from typing import Any

import pytest
from rich.console import Console, RenderableType

from controller.api.answers.alarms import needing_somebody
from controller.api.answers.departures import DepartureAnswer
from controller.api.answers.overview import OpenOrders, Overview
from controller.api.answers.robots import FaultAnswer, RobotSummary
from controller.cli.day_summary import summary
from controller.cli.live_view import Tally, headline, render, sentence
from controller.domain.alarm import Alarm, Priority
from controller.domain.departure import DepartureStatus
from controller.domain.journal import JournalEntry
from controller.domain.order import OrderClass
from controller.domain.product import Zone
from controller.domain.robot import Trust
from controller.faults.conditions import STOPPED, WARNING


def _shown(picture: RenderableType) -> str:
    console = Console(width=100, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as capture:
        console.print(picture)
    return capture.get()


def _entry(action: str, subject: str, actor: str = "controller") -> JournalEntry:
    return JournalEntry(1, 1795420207.0, actor, action, subject, {}, "", "")


@pytest.fixture
def tally() -> Tally:
    return Tally("Europe/London")


@pytest.fixture
def overview() -> Overview:
    at = "2026-11-23T07:50:07.000Z"
    fault = FaultAnswer("F1", "GRP-11", 3, at, None, None, None, None)
    departure = DepartureAnswer(
        departure_id="GGH-1/2026-11-23",
        run="GGH-1",
        hospital="GGH",
        date_local="2026-11-23",
        cutoff_at=at,
        departs_at="2026-11-23T10:00:00.000Z",
        status=DepartureStatus.PLANNED,
        reason=None,
        departed_at=None,
        totes=7,
        totes_ready=5,
        totes_loaded=4,
        orders=6,
        orders_gathering=1,
    )
    return Overview(
        site="small",
        name="Small centre",
        timezone="Europe/London",
        at=at,
        journal_seq=9,
        link_up=True,
        robots=[
            RobotSummary("R1", Zone.AMBIENT, Trust.READY, "automatic", 6, 3, None, at),
            RobotSummary("R2", Zone.VAULT, Trust.SILENT, "automatic", 4, 0, fault, at),
        ],
        orders=[OpenOrders(OrderClass.DISCHARGE, 2, 1), OpenOrders(OrderClass.ROUTINE, 40, 0)],
        late=1,
        alarms=[],
        doubts=0,
        work_open=3,
        departures=[departure],
    )


def test_the_picture_has_robots_orders_departures_and_what_happened(overview: Overview, tally: Tally) -> None:
    tally.add(_entry("order.dispatched", "order:T1"))
    text = _shown(render(overview, tally, 60.0, "Ctrl-C stops"))
    assert "Small centre" in text
    assert "2026-11-23 07:50:07" in text
    assert "R1" in text
    assert "execute" in text
    assert "silent" in text
    assert "GRP-11" in text
    assert "5 of 7" in text
    assert "10:00" in text
    assert "order T1 dispatched" in text
    assert "Ctrl-C stops" in text


def test_the_loss_of_the_broker_is_said(overview: Overview, tally: Tally) -> None:
    lost = Overview(**{name: getattr(overview, name) for name in overview.__struct_fields__} | {"link_up": False})
    assert "NO BROKER" in _shown(render(lost, tally, 1.0, ""))


def _alarmed(overview: Overview, *alarms: Alarm) -> Overview:
    shown = {"alarms": needing_somebody(alarms)}
    return Overview(**{name: getattr(overview, name) for name in overview.__struct_fields__} | shown)


def _alarm(number: int, priority: Priority, text: str, kind: str = STOPPED, robot: str = "R1") -> Alarm:
    alarm = Alarm(f"A-{number:06d}", f"{kind}/{robot}", kind, robot, priority, text, 1795420207.0, 1795420507.0)
    alarm.robot = robot
    return alarm


def test_what_needs_somebody_stands_above_all_else(overview: Overview, tally: Tally) -> None:
    assert "no alarm" in _shown(render(overview, tally, 60.0, ""))
    stop = _alarm(7, Priority.CRITICAL, "R1: Emergency stop (SAF-71).")
    lane = _alarm(3, Priority.MEDIUM, "R1: a pack lies on its reject lane.")
    lane.acknowledged_at, lane.acknowledged_by = 1795420300.0, "Ann"
    others = [_alarm(number, Priority.MEDIUM, f"Another, {number}.", robot="R2") for number in range(10, 14)]
    advice = _alarm(1, Priority.LOW, "R1 shows signs of worn jaw.", WARNING)
    lines = _shown(render(_alarmed(overview, advice, lane, stop, *others), tally, 60.0, "")).splitlines()
    first = next(number for number, line in enumerate(lines) if "A-0000" in line)
    assert lines[first].split() == ["A-000007", "R1:", "Emergency", "stop", "(SAF-71).", "since", "07:50"]
    assert "and 2 more; what to do: nightshift alarms show A-000007" in lines[first + 4]
    assert any(line.startswith("R1 ") and "A-000007" in line for line in lines[first + 5 :]), "where no fault is told"
    text = "\n".join(lines)
    assert "worn jaw" not in text
    assert "Ann" not in text, "who is seen to comes last"
    assert "Ann has it" in _shown(render(_alarmed(overview, lane), tally, 60.0, ""))
    assert headline(_alarmed(overview, stop, lane), tally).endswith("2 alarms")


def test_the_line_for_where_no_picture_can_be_drawn(overview: Overview, tally: Tally) -> None:
    tally.add(_entry("departure.left", "departure:GGH-1/2026-11-23"))
    assert headline(overview, tally) == (
        "2026-11-23 07:50:07  1 of 2 robots ready, 42 orders open (1 late), 0 dispatched, 1 vans left, 0 in doubt, "
        "0 alarms"
    )


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (_entry("order.received", "order:T1", "ward"), "order T1 received (ward)"),
        (_entry("fault.raised", "robot:R4", "robot:R4"), "robot R4: fault raised"),
        (_entry("tote.checked", "tote:T1-1", "CHECK-3"), "tote T1-1 checked (CHECK-3)"),
        (_entry("order.cancel_asked", "order:T1", "ward"), "order T1 cancel asked (ward)"),
    ],
)
def test_a_journal_entry_reads_as_a_sentence(entry: JournalEntry, text: str) -> None:
    assert sentence(entry) == text


def test_lines_are_told_once_and_the_newest_when_there_are_many(tally: Tally) -> None:
    for number in range(30):
        tally.add(_entry("order.received", f"order:T{number}"))
    tally.add(_entry("stock.compared", "robot:R1"))
    lines = tally.take_unshown(5)
    assert [line.split()[2] for line in lines] == ["T25", "T26", "T27", "T28", "T29"]
    assert tally.take_unshown(5) == []
    assert tally.counts["order.received"] == 30


REPORT: dict[str, Any] = {
    "date": "2026-11-23",
    "days": 1,
    "wall_s": 12.5,
    "speedup": 6912.0,
    "orders": {"received": 1054, "dispatched": 1050, "open": 1, "late": 3, "cancelled": 3},
    "by_class": {
        "discharge": {
            "orders": 200,
            "on_time": 199,
            "late": 1,
            "p50_flow_min": 21.4,
            "p95_flow_min": 58.0,
            "mean_tardiness_min": 0.2,
        },
        "urgent": {},
        "routine": {},
    },
    "lines": {"received": 8895, "complete": 8890, "short": 5, "in_doubt": 0},
    "packs": {"picked_by_robot": 13500, "picked_by_hand": 3600, "stored": 13000, "ejected": 2, "written_off": 1},
    "robots": {"R1": {"picks": 1500, "stores": 1400, "busy_fraction": 0.62, "down_fraction": 0.013, "faults": 4}},
    "fefo_exceptions": 2,
    "expired_dispatched": 0,
    "alarms": 1,
    "invariants": {"checked": 12, "violations": []},
}


def test_the_summary_says_what_a_shift_leader_asks() -> None:
    text = _shown(summary("Small centre", REPORT))
    assert "Small centre, Monday 23 November 2026" in text
    assert "1,054 received, 1,050 dispatched, 3 late, 1 still open, 3 cancelled" in text
    assert "99.5 %" in text
    assert "62 %" in text
    assert "all 12 invariants held" in text


def test_the_summary_says_what_made_orders_late_the_most_frequent_first() -> None:
    stop = {"kind": "robot_down", "text": "R4 could not work.", "robot": "R4"}
    check = {"kind": "waited_for_people", "text": "It waited 20 min for somebody at CHECK.", "station": "CHECK"}
    late = [{"order_ref": f"T{number}", "cause": cause} for number, cause in enumerate((check, stop, stop))]
    lines = _shown(summary("Small centre", REPORT | {"late_orders": late})).splitlines()
    at = lines.index("Late because of:")
    assert lines[at + 1].strip() == "2 robot down R4; T1: R4 could not work."
    assert lines[at + 2].strip() == "1 waited for people CHECK; T0: It waited 20 min for somebody at CHECK."
    assert "Late because of" not in _shown(summary("Small centre", REPORT))


def test_the_summary_names_what_is_wrong_with_the_books() -> None:
    broken = [{"invariant": "I7", "detail": "a pack is nowhere"}]
    text = _shown(summary("Small centre", REPORT | {"invariants": {"checked": 12, "violations": broken}}))
    assert "WRONG" in text
    assert "I7: a pack is nowhere" in text
