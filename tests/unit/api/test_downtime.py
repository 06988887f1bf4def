"""Consequences, hand picks, out and back over the API."""

from dataclasses import replace
from datetime import date

from controller.domain.consequence import AT_RISK_FROM, LATE_FROM, Consequence, Course, HeldUp
from controller.domain.order import OrderClass
from controller.domain.withdrawal import HowOut, Withdrawal
from controller.engine.actions import PutBack, TakeOut
from controller.engine.outages import HandPack, HandPick
from tests.unit.api.conftest import Centre
from tests.unit.api.small_centre import GTIN, NOW

HELD = HeldUp(
    "T000173", "GGH-WA0000", OrderClass.ROUTINE, "V1", 2, Course.WAITS, NOW + 60, NOW + 90, NOW + 120, LATE_FROM
)
RISK = replace(HELD, order_ref="T000174", likelihood=AT_RISK_FROM)
WELL = replace(HELD, order_ref="T000175", likelihood=0.09)
OUT = Consequence(
    "R1", "AXX-01", NOW, NOW - 60, NOW + 600, False, (HELD, RISK, WELL), 41, (GTIN,), ("done",), ("to do",)
)
PICK = HandPick("T000173", "R1", (HandPack(1, "P1", GTIN, "L1", date(2027, 6, 30), "A-07"),), NOW + 60, NOW + 600)


async def test_a_robot_that_is_out_tells_what_it_holds_up(centre: Centre) -> None:
    centre.engine.state.consequences["R1"] = OUT
    centre.engine.state.withdrawn["R1"] = Withdrawal("X1.1", "R1", HowOut.STOP, "belt", "Ann", NOW, taken={"P9": ""})
    answer = (await centre.client.get("/api/v1/robots/R1/consequences")).json()
    assert answer["withdrawal"]["taken_by_hand"] == ["P9"]
    found = answer["consequence"]
    assert (found["late"], found["first_late_at"]) == (1, "2026-11-23T08:01:00.000Z")
    assert (found["destinations"], found["departures"]) == (["GGH-WA0000"], ["V1"])
    assert (found["orders"][0]["class"], found["orders"][0]["course"]) == ("routine", "waits")
    assert [(each["prospect"], each["late"]) for each in found["orders"]] == [
        ("late", True), ("at_risk", False), ("in_time", False),
    ]  # fmt: skip
    assert ([each["likelihood"] for each in found["orders"]], found["at_risk"]) == ([0.6, 0.1, 0.09], 1)


async def test_a_robot_that_works_holds_up_nothing_and_one_that_is_none_is_not_found(centre: Centre) -> None:
    answer = (await centre.client.get("/api/v1/robots/R1/consequences")).json()
    assert answer == {"robot": "R1", "withdrawal": None, "consequence": None}
    assert (await centre.client.get("/api/v1/robots/R77/consequences")).status_code == 404
    assert (await centre.client.get("/api/v1/faults/F-999999/consequences")).status_code == 404


async def test_the_hand_pick_list_says_product_batch_expiry_and_place(centre: Centre) -> None:
    centre.engine.state.hand_picks = (PICK,)
    (item,) = (await centre.client.get("/api/v1/hand-picks")).json()["items"]
    assert item["packs"] == [{"pack_id": "P1", "gtin": GTIN, "batch": "L1", "expiry": "2027-06-30", "shelf": "A-07"}]


async def test_out_and_back_reach_the_engine_and_a_key_acts_once(centre: Centre) -> None:
    out = {"how": "drain", "reason": "belt", "actor": "Ann", "back_at": "2026-11-23T08:10:00Z"}
    for _ in range(2):
        await centre.client.post("/api/v1/robots/R1/out", json=out, headers={"Idempotency-Key": "k1"})
    back = {"reason": "mended", "actor": "Ann", "travel_area_empty": True}
    assert (await centre.client.post("/api/v1/robots/R1/back", json=back)).status_code == 202
    assert centre.engine.asked == [
        TakeOut("R1", HowOut.DRAIN, "belt", "Ann", NOW + 600),
        PutBack("R1", "mended", "Ann", True),
    ]


async def test_nobody_puts_a_robot_back_without_a_word_on_its_travel_area(centre: Centre) -> None:
    answer = await centre.client.post("/api/v1/robots/R1/back", json={"reason": "mended", "actor": "Ann"})
    assert answer.status_code == 422
    assert centre.engine.asked == []
