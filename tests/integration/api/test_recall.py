"""A recall and a quarantine over the real engine and database: blocked, listed, decided, also after a restart."""

from pathlib import Path

from tests.integration.api.test_real_engine import controller
from tests.integration.api.test_real_engine import database as database
from tests.integration.api.test_real_engine import template as template
from tests.support.small_centre import gtin
from tests.unit.api.test_openapi import check

RECALL = {"gtin": gtin(0), "batch": "OLD0", "class": 1, "reason": "glass", "actor": "Ann", "drill": False}


async def test_a_recall_blocks_lists_and_outlives_the_controller(database: Path) -> None:
    async with controller(database) as centre:
        begun = await centre.post("recalls", RECALL, "r1")
        again = await centre.post("recalls", RECALL, "r1")
        assert (begun.status_code, again.content) == (201, begun.content)
        check(begun.json(), {"$ref": "#/components/schemas/RecallReceipt"})
        recall_id = begun.json()["recall_id"]
        assert (await centre.post("recalls", RECALL, "r2")).status_code == 409
    async with controller(database) as centre:
        found = await centre.get(f"recalls/{recall_id}")
        check(found, {"$ref": "#/components/schemas/RecallDetail"})
        assert [(place["place"], place["packs"], place["held"]) for place in found["here"]] == [
            ("robot:R1", 3, 3),
            ("robot:R2", 3, 3),
        ]
        release = {"gtin": gtin(0), "batch": "OLD0", "reason": "looks fine", "actor": "Bob"}
        assert (await centre.post("stock/releases", release)).status_code == 409
        closed = await centre.post(f"recalls/{recall_id}/close", {"note": "none had left", "actor": "Ann"})
        assert closed.json()["destinations"] == 0
        assert [each["note"] for each in (await centre.get("recalls"))["items"]] == ["none had left"]


async def test_a_quarantine_is_listed_until_it_is_decided(database: Path) -> None:
    why = {"reason": "too warm", "actor": "Ann"}
    async with controller(database) as centre:
        case_id = (await centre.post("quarantines", {"place": "R1", **why})).json()["case_id"]
    async with controller(database) as centre:
        (case,) = (await centre.get("quarantines"))["items"]
        assert (case["case_id"], case["why"]) == (case_id, "R1: too warm")
        assert case["packs"] == sum(lot["packs"] for lot in case["lots"]) > 0
        decided = await centre.post(f"quarantines/{case_id}/decision", {"decision": "release", **why})
        assert decided.json()["packs"] == case["packs"]
        assert (await centre.get("quarantines"))["items"] == []


async def test_what_is_missing_is_listed_until_it_is_found_or_written_off(database: Path) -> None:
    why = {"reason": "looks thin", "actor": "Ann"}
    async with controller(database) as centre:
        asked = await centre.post("stock/counts", {"place": "MANUAL-A", "gtin": gtin(8), **why})
        work = (await centre.post("stations/MANUAL-A/claims", {"worker": "Cat"})).json()["work"]
        assert work["work_id"] == asked.json()["work_id"]
        (gone, *there) = [pack["pack_id"] for pack in work["packs"]]
        findings = {"moved": there, "missing": [gone]}
        done = await centre.post(f"work/{work['work_id']}/finish", {"worker": "Cat", "findings": findings})
        assert done.status_code == 200
    async with controller(database) as centre:
        (pack,) = (await centre.get("stock/missing"))["items"]
        assert (pack["pack_id"], pack["place"], pack["hold"][:7]) == (gone, "area:MANUAL-A", "missing")
        assert (await centre.post("stock/write-offs", {"pack_ids": [gone], **why})).status_code == 200
        assert (await centre.get("stock/missing"))["items"] == []
