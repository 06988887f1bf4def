"""Quarantines and corrections over the API: what is asked of the engine, what is listed, what is refused."""

from datetime import date

import pytest

from controller.engine.actions import CountStock, DecideQuarantine, FoundPack, QuarantinePlace, RestoreStock, WriteOff
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import FOUND, PACKS
from tests.unit.api.small_centre import GTIN

WHY = {"reason": "wet", "actor": "Ann"}


async def test_a_case_shows_what_it_holds_by_batch_and_place(centre: Centre) -> None:
    (case,) = (await centre.client.get("/api/v1/quarantines")).json()["items"]
    assert (case["case_id"], case["why"], case["packs"]) == ("Q1.000001", "temperature of V1 (F-000001)", 4)
    assert case["lots"][1] == {"gtin": GTIN, "batch": "L64219", "place": "robot:V1", "packs": 1}


async def test_a_case_tells_who_got_what_had_left_before_anybody_knew(centre: Centre) -> None:
    case = (await centre.client.get("/api/v1/quarantines/Q1.000001")).json()
    assert (case["place"], case["since"], case["packs"]) == ("V1", "2026-11-23T07:15:00.000Z", 4)
    assert case["packs_left"] == 1, "what left before it was out of range is not concerned"
    (ward,) = case["left"]
    assert (ward["destination"], ward["name"], ward["totes"][0]["packs"]) == (
        "GGH-WA0000",
        "GGH ward 0",
        ["S000008.001"],
    )
    assert (await centre.client.get("/api/v1/quarantines/Q9.000009")).status_code == 404


@pytest.mark.parametrize(("word", "destroyed"), [("release", False), ("destroyed", True)])
async def test_a_place_is_held_and_decided_by_name(centre: Centre, word: str, destroyed: bool) -> None:
    assert (await centre.client.post("/api/v1/quarantines", json={"place": "R1", **WHY})).status_code == 201
    body = {"decision": word, "witness": "Rose", "batch": "L64218", **WHY}
    assert (await centre.client.post("/api/v1/quarantines/Q1/decision", json=body)).status_code == 200
    assert centre.engine.asked == [
        QuarantinePlace("R1", "wet", "Ann"),
        DecideQuarantine("Q1", destroyed, "wet", "Ann", "Rose", "L64218"),
    ]


async def test_what_was_taken_meanwhile_is_listed_with_where_it_went(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/stock/taken?place=V1&since=2026-11-23T07:00:00Z")).json()["items"]
    assert [(pack["pack_id"], pack["destination"]) for pack in found] == [
        ("S000008.001", "GGH-WA0000"),
        ("S000008.002", None),
    ]
    later = (await centre.client.get("/api/v1/stock/taken?place=V1&since=2026-11-23T07:45:00Z")).json()["items"]
    assert len(later) == 1
    unknown = await centre.client.get("/api/v1/stock/taken?place=R77&since=2026-11-23T07:00:00Z")
    assert unknown.status_code == 404


async def test_corrections_reach_the_engine_with_both_names(centre: Centre) -> None:
    packs = {**PACKS, "witness": "Rose"}
    await centre.client.post("/api/v1/stock/counts", json={"place": "R1", "gtin": GTIN, **WHY})
    await centre.client.post("/api/v1/stock/found", json={**FOUND, "witness": "Rose"})
    await centre.client.post("/api/v1/stock/write-offs", json=packs)
    await centre.client.post("/api/v1/stock/put-backs", json=packs)
    reason = str(PACKS["reason"])
    assert centre.engine.asked == [
        CountStock("R1", GTIN, "wet", "Ann"),
        FoundPack(GTIN, "L64218", date(2028, 6, 19), "goods-in", reason, "Ann", "Rose"),
        WriteOff(("S000001.001",), reason, "Ann", "Rose"),
        RestoreStock(("S000001.001",), reason, "Ann", "Rose"),
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("quarantines", {"place": "R1", "actor": "Ann"}),
        ("quarantines/Q1/decision", {"decision": "burn", **WHY}),
        ("stock/found", {**FOUND, "expiry": "soon"}),
        ("stock/found", {**FOUND, "actor": ""}),
        ("stock/write-offs", {**PACKS, "pack_ids": []}),
        ("stock/put-backs", {**PACKS, "pack_ids": ["P1"] * 201}),
        ("stock/counts", {"place": "R1", "gtin": "1", **WHY}),
    ],
)
async def test_what_is_not_well_said_is_refused(centre: Centre, path: str, body: dict[str, object]) -> None:
    assert (await centre.client.post(f"/api/v1/{path}", json=body)).status_code == 422
    assert centre.engine.asked == []
