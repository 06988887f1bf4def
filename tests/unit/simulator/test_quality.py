"""The people of quality: what they decide of what they read, and what they do with the quarantine shelf."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from controller.protocol.reports import StockedPack
from controller.protocol.vocabulary import timestamp
from simulator.chance import Chance
from simulator.desk import DeskAnswer, DeskRequest
from simulator.desk_quality import CorrectBooks, DecideQuarantine, ReadFault, ReadMissing, ReadPacks, ReadQuarantines
from simulator.floor import GOODS_IN, Floor, NoFloorLog
from simulator.hardware.movement import Act
from simulator.quality import Quality, QualityPlan
from simulator.timeline import Timeline
from tests.contract.robot_bench import FLAT, NOON, Bench

DARK = {"case_id": "Q1.000003", "why": "temperature of R1 unknown: without power (F-000001)", "lots": []}
WARM = {"case_id": "Q1.000001", "why": "temperature of R1 (F-000001)", "lots": []}
LOT = {"gtin": FLAT, "batch": "L1", "place": "robot:R1", "packs": 2}
MIXED = {"case_id": "Q1.000002", "why": "wrong product in R1 (F-000002)", "lots": [LOT]}
Answers = Mapping[type, Any]


class Office:
    """Answers at once as the test says; `said` are the decisions and corrections."""

    def __init__(self, answers: Answers, *, day: bool = True) -> None:
        self.bench = Bench()
        self.answers = answers
        self.asked: list[DeskRequest] = []
        self.timeline = Timeline(NOON)
        self.floor = Floor((), NoFloorLog())
        luck = Chance(1).stream("quality")
        robots = self.bench.centre.robots
        zone = ZoneInfo("Europe/London")
        self.quality = Quality(QualityPlan(), zone, self.timeline, luck, self.floor, robots, self._answer, lambda: day)
        self.quality.start()

    def _answer(self, request: DeskRequest, told: Callable[[DeskAnswer], None]) -> None:
        self.asked.append(request)
        body = self.answers.get(type(request), {"items": []})
        told(DeskAnswer(200, body(request) if callable(body) else body))

    def for_an_hour(self) -> None:
        self.timeline.run_until(NOON + 3600.0)

    @property
    def said(self) -> list[tuple[str, tuple[str, ...]]]:
        found = []
        for request in self.asked:
            if isinstance(request, DecideQuarantine):
                found.append((request.decision, request.pack_ids))
            elif isinstance(request, CorrectBooks):
                found.append((str(request.what), request.pack_ids))
        return found


def row_of(pack: StockedPack, place: str) -> dict[str, Any]:
    """As the service describes it."""
    described = {"pack_id": pack.pack_id, "gtin": pack.gtin, "batch": pack.batch, "expiry": pack.expiry}
    return {**described, "place": place, "hold": None}


def fault(minutes: float, *, cleared: bool) -> dict[str, Any]:
    """It began so long ago, and has cleared now or not."""
    raised_at, cleared_at = timestamp(NOON - 60.0 * minutes), timestamp(NOON) if cleared else None
    return {"fault": {"raised_at": raised_at, "cleared_at": cleared_at}}


@pytest.mark.parametrize("case", [WARM, DARK], ids=["measured", "without power"])
@pytest.mark.parametrize(
    ("logger", "decision"),
    [
        (fault(30, cleared=True), [("release", ())]),
        (fault(30, cleared=False), []),
        (fault(130, cleared=True), [("destroyed", ())]),
        (fault(130, cleared=False), [("destroyed", ())]),
    ],
    ids=["short", "short and not over", "long", "long and not over"],
)
def test_cold_goods_are_decided_by_how_long_they_were_warm(
    case: dict[str, Any], logger: dict[str, Any], decision: list[tuple[str, tuple[str, ...]]]
) -> None:
    office = Office({ReadQuarantines: {"items": [case]}, ReadFault: logger})
    office.for_an_hour()
    assert office.said[:1] == decision


@pytest.mark.parametrize(("case", "decision"), [(WARM, "destroyed"), (DARK, "release")], ids=["measured", "dark"])
def test_the_ten_minutes_before_an_alarm_count(case: dict[str, Any], decision: str) -> None:
    office = Office({ReadQuarantines: {"items": [case]}, ReadFault: fault(115, cleared=True)})
    office.for_an_hour()
    assert office.said[0] == (decision, ())


def test_nothing_is_decided_by_night() -> None:
    office = Office({ReadQuarantines: {"items": [WARM]}, ReadFault: fault(30, cleared=True)}, day=False)
    office.for_an_hour()
    assert office.asked == []


def test_of_mixed_products_each_pack_is_read_and_only_the_right_ones_are_released() -> None:
    office = Office({})
    right, wrong = office.bench.stocked[:2]
    rows = [
        {**row_of(pack, "robot:R1"), "hold": f"quarantine {MIXED['case_id']}: wrong product"} for pack in (right, wrong)
    ]
    for pack in office.bench.robot.machine.shelved.values():
        if pack.pack_id == wrong.pack_id:
            pack.batch = "OTHER"

    def packs(request: ReadPacks) -> dict[str, Any]:
        return {"items": rows if request.place == "robot:R1" else []}

    office.answers = {ReadQuarantines: {"items": [MIXED]}, ReadPacks: packs}
    office.for_an_hour()
    assert office.said[:2] == [("destroyed", (wrong.pack_id,)), ("release", (right.pack_id,))]


def test_good_packs_of_the_quarantine_shelf_go_the_way_of_a_delivery_again_and_others_leave() -> None:
    office = Office({})
    bench = office.bench
    delivered = bench.stocked[0]
    bench.send(bench.pick(delivered))
    bench.run(60.0)
    good = row_of(delivered, "quarantine")
    old = {**good, "pack_id": "P9", "expiry": "2026-11-28"}
    held = {**good, "pack_id": "P8", "hold": "recall RC1: glass"}
    expired = {**good, "pack_id": "P7", "hold": "no order can take it: expires 2026-11-25"}
    rows = [good, old, held, expired]
    office.answers = {
        ReadPacks: lambda request: {"items": rows if request.place == "quarantine" else []},
        CorrectBooks: {"reference": "X1.000007"},
    }
    office.for_an_hour()
    assert office.said[:2] == [("put-backs", (delivered.pack_id,)), ("write-offs", ("P9", "P7"))]
    last = bench.record.movements[-1]
    assert (last.act, last.pack_id, last.cause.command_id) == (Act.RETURN, delivered.pack_id, "X1.000007")
    assert office.floor.count(GOODS_IN, (delivered.gtin, delivered.batch, delivered.expiry)) == 1


def test_what_still_lies_in_a_chute_is_not_on_the_shelf() -> None:
    office = Office({})
    pack = office.bench.stocked[0]
    machine = office.bench.robot.machine
    machine.chute.append(next(each for each in machine.shelved.values() if each.pack_id == pack.pack_id))
    row = {**row_of(pack, "quarantine"), "expiry": "2026-11-28"}
    office.answers = {ReadPacks: {"items": [row]}}
    office.for_an_hour()
    assert office.said == []


def test_what_is_missing_for_two_rounds_and_lies_nowhere_is_written_off() -> None:
    office = Office({})
    astray = office.bench.stocked[0]
    gone = {**row_of(astray, "input:R1"), "pack_id": "P9", "hold": "missing: nothing waits at the input of R1"}
    stands = {**row_of(astray, "robot:R1"), "hold": "missing: its location was empty"}
    office.answers = {ReadMissing: {"items": [gone, stands]}}
    office.timeline.run_until(NOON + 1.5 * QualityPlan().round_s)
    assert office.said == [], "looked for first"
    office.timeline.run_until(NOON + 3 * 3600.0)
    assert office.said[0] == ("write-offs", ("P9",))
    assert all(packs == ("P9",) for _, packs in office.said), "what stands somewhere in the robot is not given up"
