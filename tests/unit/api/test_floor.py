"""Stations, work, robots, stock, doubts and the wall screen."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from controller.api.app import close
from controller.api.desk import Limits
from controller.api.instants import read_day
from controller.domain.departure import DepartureStatus
from controller.domain.doubt import Finding
from controller.engine.actions import (
    ClaimWork,
    CommandRobot,
    ConfirmRobot,
    DeliveredLine,
    FinishWork,
    HoldStock,
    RecordWardCount,
    ReleaseStock,
    Request,
    SettleDoubt,
)
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import EXAMPLES, KEY
from tests.unit.api.small_centre import CLAIMED_WORK, DEPARTURE, GTIN, NOW

CLAIMS = "/api/v1/stations/MANUAL-A/claims"
ANN = {"worker": "Ann"}


class TestClaims:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(long_poll_s=30.0)

    async def test_waiting_work_is_given_at_once(self, centre: Centre) -> None:
        await centre.engine.bring_job("MANUAL-A", CLAIMED_WORK)
        answer = await centre.client.post(CLAIMS, json=ANN)
        assert answer.json() == {"work": {**CLAIMED_WORK, "due_at": "2026-11-23T08:30:00.250Z"}}
        assert centre.engine.asked == [ClaimWork("MANUAL-A", "Ann")]

    async def test_a_claim_waits_until_work_comes(self, centre: Centre) -> None:
        claim = asyncio.create_task(centre.client.post(CLAIMS, json=ANN))
        await asyncio.sleep(0)
        await centre.engine.bring_job("MANUAL-A", CLAIMED_WORK)
        answer = await claim
        assert answer.json()["work"]["work_id"] == "W1.000001"

    async def test_two_wait_and_one_job_comes(self, centre: Centre) -> None:
        claims = [asyncio.create_task(centre.client.post(CLAIMS, json={"worker": name})) for name in ("Ann", "Bob")]
        await centre.engine.bring_job("MANUAL-A", CLAIMED_WORK)
        done, (waiting,) = await asyncio.wait(claims, return_when=asyncio.FIRST_COMPLETED)
        await centre.engine.bring_job("MANUAL-A", {**CLAIMED_WORK, "work_id": "W1.000003"})
        answers = [claim.result().json() for claim in done] + [(await waiting).json()]
        assert {answer["work"]["work_id"] for answer in answers} == {"W1.000001", "W1.000003"}

    async def test_the_end_of_the_service_answers_who_waits(self, centre: Centre) -> None:
        claim = asyncio.create_task(centre.client.post(CLAIMS, json=ANN))
        await asyncio.sleep(0)
        close(centre.app)
        assert (await claim).json() == {"work": None}

    async def test_a_repeated_claim_gets_the_same_work(self, centre: Centre) -> None:
        await centre.engine.bring_job("MANUAL-A", CLAIMED_WORK)
        first = await centre.client.post(CLAIMS, json=ANN, headers=KEY)
        await centre.engine.bring_job("MANUAL-A", {**CLAIMED_WORK, "work_id": "W1.000003"})
        assert first.json()["work"]["work_id"] == "W1.000001"
        again = await centre.client.post(CLAIMS, json=ANN, headers=KEY)
        assert first.json() == again.json()


class TestLeaving:
    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(long_poll_s=30.0)

    async def test_who_has_left_is_given_nothing(self, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        async def left(request: object) -> bool:
            return True

        monkeypatch.setattr("starlette.requests.Request.is_disconnected", left)
        claim = asyncio.create_task(centre.client.post(CLAIMS, json=ANN))
        await centre.engine.was_asked.wait()
        await centre.engine.bring_job("MANUAL-A", CLAIMED_WORK)
        assert (await claim).json() == {"work": None}
        assert len(centre.engine.jobs["MANUAL-A"]) == 1


async def test_a_claim_without_work_is_answered_with_null(centre: Centre) -> None:
    answer = await centre.client.post(CLAIMS, json=ANN)
    assert (answer.status_code, answer.json()) == (200, {"work": None})


@pytest.mark.parametrize(
    ("findings", "meant"),
    [
        ({"picked": ["S1", "S2"], "missing": ["S3"]}, {"moved": ("S1", "S2"), "missing": ("S3",)}),
        ({"moved": ["S1"], "missing": []}, {"moved": ("S1",)}),
        ({"accepted": True}, {}),
        ({"accepted": False}, {"accepted": False}),
        ({}, {}),
        ({"empty": True}, {}),
        (
            {"gtin": GTIN, "batch": "B1", "expiry": "2028-06-19", "fed_again": True},
            {"identified": DeliveredLine(GTIN, "B1", read_day("2028-06-19"), 1)},
        ),
        ({"packs": [{"pack_id": "S1", "found": "in_tote"}]}, {"findings": (("S1", Finding.IN_TOTE),)}),
    ],
)
async def test_findings_become_the_action(centre: Centre, findings: dict[str, Any], meant: dict[str, Any]) -> None:
    answer = await centre.client.post("/api/v1/work/W1.000001/finish", json={**ANN, "findings": findings})
    assert answer.status_code == 200
    assert centre.engine.asked == [FinishWork("W1.000001", "Ann", **meant)]


@pytest.mark.parametrize(
    ("route", "action"),
    [
        ("/api/v1/robots/{robot}/{order}", CommandRobot("R1", "hold", "the door squeaks", "Ann")),
        ("/api/v1/robots/{robot}/confirm", ConfirmRobot("V1", "the door squeaks", "Ann")),
        ("/api/v1/stock/holds", HoldStock(GTIN, "L64218", "the door squeaks", "Ann")),
        ("/api/v1/stock/releases", ReleaseStock(GTIN, "L64218", "the door squeaks", "Ann", "S000001.002")),
        (
            "/api/v1/doubts/{doubt_id}/settle",
            SettleDoubt("D1.000001", Finding.IN_ROBOT, "seen on its shelf", "Ann"),
        ),
        ("/api/v1/stock-lists/{destination}/counts", RecordWardCount("GGH-WA0000", ((GTIN, 0),), "Ward 0")),
    ],
)
async def test_what_people_decide_becomes_the_action(centre: Centre, route: str, action: Request) -> None:
    (example,) = (each for each in EXAMPLES if each.route == route and each.method == "POST")
    await centre.client.post(example.path, json=example.body)
    assert centre.engine.asked == [action]


@pytest.mark.parametrize("path", ["overview", "robots", "robots/R1", "stations", "work", "departures?date=2026-11-23"])
async def test_i18_what_is_not_committed_is_not_shown(centre: Centre, path: str) -> None:
    centre.engine.committed.clear()
    asking = asyncio.create_task(centre.client.get(f"/api/v1/{path}"))
    first, _ = await asyncio.wait((asking, asyncio.create_task(_many_turns())), return_when=asyncio.FIRST_COMPLETED)
    assert asking not in first
    centre.engine.committed.set()
    assert (await asking).status_code == 200


async def _many_turns() -> None:
    for _ in range(200):
        await asyncio.sleep(0)


async def test_stations_and_what_waits_there(centre: Centre) -> None:
    stations = {each["station"]: each for each in (await centre.client.get("/api/v1/stations")).json()["items"]}
    assert list(stations) == ["GOODS-IN", "MANUAL-A", "CHECK", "DOCK", "FLOOR"]
    assert stations["MANUAL-A"] == {
        "station": "MANUAL-A",
        "waiting": 1,
        "taken": 0,
        "waiting_by_kind": {"hand_pick": 1},
        "oldest_waiting_since": "2026-11-23T07:55:00.000Z",
    }
    assert (stations["CHECK"]["waiting"], stations["CHECK"]["taken"]) == (0, 1)


async def test_open_work_by_pages(centre: Centre) -> None:
    first = (await centre.client.get("/api/v1/work?limit=1")).json()
    second = (await centre.client.get(f"/api/v1/work?limit=1&cursor={first['next']}")).json()
    assert [work["work_id"] for work in first["items"] + second["items"]] == ["W1.000001", "W1.000002"]
    assert second["next"] is None


async def test_stock_of_a_product(centre: Centre) -> None:
    stock = (await centre.client.get(f"/api/v1/stock/products/{GTIN}")).json()
    assert (stock["available"], stock["claimed"], stock["held"], stock["arriving"]) == (1, 1, 1, 0)
    assert [(group["expiry"], group["place"], group["available"], group["held"]) for group in stock["groups"]] == [
        ("2027-01-31", "robot:R1", 0, 0),
        ("2027-04-15", "area:MANUAL-A", 1, 1),
    ]


async def test_a_product_without_packs(centre: Centre) -> None:
    centre.engine.state.book.packs.clear()
    stock = (await centre.client.get(f"/api/v1/stock/products/{GTIN}")).json()
    assert (stock["available"], stock["groups"]) == (0, [])


async def test_where_a_pack_has_been(centre: Centre) -> None:
    history = (await centre.client.get("/api/v1/stock/packs/S000001.001")).json()
    assert [posting["to_place"] for posting in history["postings"]] == ["goods-in", "area:MANUAL-A"]


async def test_departures_say_how_far_their_totes_are(centre: Centre) -> None:
    page = (await centre.client.get("/api/v1/departures?date=2026-11-23")).json()
    (departure,) = page["items"]
    assert departure["departure_id"] == DEPARTURE
    assert (departure["totes"], departure["totes_ready"]) == (1, 0)
    assert (departure["orders"], departure["orders_gathering"]) == (1, 1)


async def test_a_van_that_has_left_counts_what_it_took(centre: Centre) -> None:
    departure = centre.engine.state.departures[DEPARTURE]
    departure.status, departure.totes = DepartureStatus.DEPARTED, 7
    (shown,) = (await centre.client.get("/api/v1/departures?date=2026-11-23")).json()["items"]
    assert (shown["totes"], shown["totes_loaded"]) == (7, 7)


async def test_wall_screen(centre: Centre) -> None:
    seen = (await centre.client.get("/api/v1/overview")).json()
    assert seen["at"] == "2026-11-23T08:00:00.000Z"
    assert (seen["link_up"], seen["late"], seen["doubts"], seen["work_open"], seen["journal_seq"]) == (True, 1, 1, 2, 4)
    assert {each["order_class"]: (each["open"], each["late"]) for each in seen["orders"]} == {
        "discharge": (1, 1),
        "urgent": (0, 0),
        "routine": (1, 0),
    }
    robots = {robot["robot"]: robot for robot in seen["robots"]}
    assert (robots["R1"]["queue"], robots["R1"]["active_fault"]["code"], robots["R1"]["packml"]) == (1, "GRP-11", 6)
    assert (robots["V1"]["trust"], robots["V1"]["active_fault"], robots["V1"]["last_report_at"]) == (
        "silent",
        None,
        None,
    )
    assert [departure["departure_id"] for departure in seen["departures"]] == [DEPARTURE, "GRI-1/2026-11-24"]


async def test_the_gravest_fault_is_shown(centre: Centre) -> None:
    robot = centre.engine.state.robots["R1"]
    (mild,) = robot.faults.values()
    robot.faults["R1-8"] = replace(mild, occurrence="R1-8", code="AXX-01", level=2, raised_at=NOW)
    shown = (await centre.client.get("/api/v1/robots")).json()["items"][0]
    assert shown["active_fault"]["code"] == "AXX-01"


async def test_settled_doubts_are_shown_on_request(centre: Centre) -> None:
    centre.engine.state.doubts["D1.000001"].resolved_at = NOW
    now_open = (await centre.client.get("/api/v1/doubts")).json()["items"]
    every = (await centre.client.get("/api/v1/doubts?open_only=false")).json()["items"]
    assert (len(now_open), len(every)) == (0, 1)


async def test_poison_is_shown_readably(centre: Centre) -> None:
    (poison,) = (await centre.client.get("/api/v1/poison")).json()["items"]
    assert (poison["payload"], poison["payload_bytes"], poison["robot"]) == ("\\xff{", 2, "R1")


async def test_journal_by_pages(centre: Centre) -> None:
    first = (await centre.client.get("/api/v1/journal?limit=3")).json()
    rest = (await centre.client.get(f"/api/v1/journal?after_seq={first['next_after_seq']}")).json()
    assert [entry["seq"] for entry in first["items"] + rest["items"]] == [1, 2, 3, 4]
    assert rest["next_after_seq"] is None


async def test_readiness_names_its_reasons(centre: Centre) -> None:
    assert (await centre.client.get("/readyz")).json() == {"ready": True, "reasons": {}}
    centre.engine.readiness = {"database": "no commit since 08:00"}
    answer = await centre.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "reasons": {"database": "no commit since 08:00"}}
    assert (await centre.client.get("/livez")).status_code == 200
