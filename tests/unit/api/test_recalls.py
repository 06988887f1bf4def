"""Recalls over the API: what is asked of the engine, who is listed, what is refused."""

import pytest

from controller.domain.disposal import Ending
from controller.engine.actions import CloseRecall, DisposeRecalled, StartRecall
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import RECALL
from tests.unit.api.small_centre import DEPARTURE, GTIN


async def test_a_recall_reaches_the_engine(centre: Centre) -> None:
    answer = await centre.client.post("/api/v1/recalls", json={**RECALL, "class": 3, "drill": True})
    assert answer.status_code == 201
    assert centre.engine.asked == [StartRecall(GTIN, "L64218", 3, str(RECALL["reason"]), "Ann", True)]


async def test_everybody_who_got_the_batch_is_named_with_packs_times_and_totes(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/recalls/RC1.000001")).json()
    assert (found["packs_sent"], [sent["destination"] for sent in found["sent"]]) == (3, ["GGH-WA0000", "GRI-WA0001"])
    assert found["sent"][0]["packs"] == 2
    assert found["sent"][0]["totes"] == [
        {
            "order_ref": "T000100",
            "tote_id": "T000100-1",
            "carrier": DEPARTURE,
            "sent_at": "2026-11-22T08:00:00.000Z",
            "on_the_road": False,
            "packs": ["S000009.001", "S000009.002"],
        }
    ]
    assert found["sent"][1]["totes"][0]["on_the_road"]
    assert found["packs_here"] == sum(place["packs"] for place in found["here"]) > 0


async def test_closing_writes_down_how_many_destinations_had_got_it(centre: Centre) -> None:
    body = {"note": "all wards told", "actor": "Ann"}
    assert (await centre.client.post("/api/v1/recalls/RC1.000001/close", json=body)).status_code == 200
    assert centre.engine.asked == [CloseRecall("RC1.000001", "all wards told", "Ann", 2)]


async def test_what_becomes_of_its_packs_is_said_by_name(centre: Centre) -> None:
    body = {"ending": "destroyed", "reason": "glass", "actor": "Ann", "witness": "Rose", "pack_ids": ["P1"]}
    assert (await centre.client.post("/api/v1/recalls/RC1.000001/disposals", json=body)).status_code == 201
    assert centre.engine.asked == [
        DisposeRecalled("RC1.000001", Ending.DESTROYED, "glass", "Ann", "Rose", ("P1",)),
    ]
    burnt = await centre.client.post("/api/v1/recalls/RC1.000001/disposals", json={**body, "ending": "burnt"})
    assert burnt.status_code == 422


async def test_an_unknown_recall_is_not_found(centre: Centre) -> None:
    assert (await centre.client.get("/api/v1/recalls/RC9")).status_code == 404
    body = {"note": "n", "actor": "Ann"}
    assert (await centre.client.post("/api/v1/recalls/RC9/close", json=body)).status_code == 404
    assert centre.engine.asked == []


@pytest.mark.parametrize(
    "changed", [{"class": 5}, {"class": 0}, {"class": "1"}, {"gtin": "12"}, {"batch": "é"}, {"reason": ""}, {"all": 1}]
)
async def test_what_is_not_well_said_is_refused(centre: Centre, changed: dict[str, object]) -> None:
    answer = await centre.client.post("/api/v1/recalls", json={**RECALL, **changed})
    assert answer.status_code == 422
    assert centre.engine.asked == []
