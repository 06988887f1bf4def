"""The API over the real engine and a real database: what was answered is durable, and what is shown was committed."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from controller.api.app import create_app
from controller.api.desk import Limits
from controller.domain.pack import Pack
from controller.domain.task import Task
from controller.engine.loop import Engine
from controller.engine.ports import Question
from controller.metrics.exposition import exposition, new_registry, observe_engine
from controller.metrics.sink import MetricsSink
from controller.storage.store import open_store
from controller.system import SiteClock
from tests.support.forecasters import NoForecasts
from tests.support.small_centre import START_AT, build_template, gtin
from tests.unit.api.event_stream import following
from tests.unit.api.test_openapi import check

DEADLINE_S = 15.0
SHELF_PRODUCT = 8
ORDER = {
    "order_ref": "U1",
    "destination": "GGH-WA1",
    "class": "urgent",
    "run": "GGH-1",
    "run_date": "2026-11-23",
    "lines": [{"gtin": gtin(SHELF_PRODUCT), "quantity": 2}],
}
KEY = {"Idempotency-Key": "ward-1"}


class NoRobots:
    """A link to nobody."""

    async def send_command(self, task: Task, packs: Sequence[Pack]) -> None:
        pass

    async def ask(self, question: Question, epoch: int) -> None:
        pass


@dataclass
class Running:
    engine: Engine
    app: FastAPI
    client: httpx.AsyncClient
    registry: CollectorRegistry

    async def post(self, path: str, body: dict[str, Any], key: str | None = None) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.client.post(f"/api/v1/{path}", json=body, headers=headers)

    async def get(self, path: str) -> Any:
        answer = await self.client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_template(Path(tmp_path_factory.mktemp("api"))).database


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "ledger.sqlite"))


@asynccontextmanager
async def controller(database: Path, holder: str = "one") -> AsyncIterator[Running]:
    store, archive = open_store(f"sqlite:///{database}")
    clock = SiteClock(1.0, START_AT)
    registry = new_registry()
    sink = MetricsSink(registry, ["R1", "R2", "R3"])
    engine = Engine(store, NoRobots(), clock, sink, holder=holder)
    observe_engine(registry, engine, clock.now)
    numbers = count(1)
    app = create_app(
        engine,
        archive,
        clock=clock,
        new_id=lambda: str(next(numbers)),
        exposition=lambda: exposition(registry),
        forecaster=NoForecasts(),
        observer=sink,
        limits=Limits(long_poll_s=DEADLINE_S),
    )
    await engine.start()
    turning = asyncio.create_task(engine.run())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
    try:
        async with app.router.lifespan_context(app), client:
            yield Running(engine, app, client, registry)
    finally:
        engine.stop()
        await turning
        await archive.close()
        await store.close()


@pytest.fixture
async def running(database: Path) -> AsyncIterator[Running]:
    async with controller(database) as found:
        yield found


async def test_order_in_pick_by_hand_and_its_time_line(running: Running) -> None:
    answer = await running.post("orders", ORDER, "k1")
    assert answer.status_code == 201, answer.text
    assert answer.json()["due_at"] == "2026-11-23T10:15:00.000Z"
    claimed = (await running.post("stations/MANUAL-A/claims", {"worker": "Ann"})).json()
    check(claimed, {"$ref": "#/components/schemas/ClaimAnswer"})
    work = claimed["work"]
    assert (work["kind"], work["order_ref"], len(work["packs"])) == ("hand_pick", "U1", 2)
    picked = [pack["pack_id"] for pack in work["packs"]]
    done = await running.post(f"work/{work['work_id']}/finish", {"worker": "Ann", "findings": {"picked": picked}})
    assert done.status_code == 200, done.text
    order = await running.get("orders/U1")
    check(order, {"$ref": "#/components/schemas/OrderAnswer"})
    assert order["lines"][0]["gathered"] == 2
    assert order["time_line"][0]["action"] == "order.received"
    history = await running.get(f"stock/packs/{picked[0]}")
    assert history["postings"][-1]["to_place"] == f"tote:{work['tote_id']}"


async def test_a_claim_that_waits_gets_what_comes(running: Running) -> None:
    claim = asyncio.create_task(running.post("stations/MANUAL-A/claims", {"worker": "Ann"}))
    await running.post("orders", ORDER, "k1")
    async with asyncio.timeout(DEADLINE_S):
        assert (await claim).json()["work"]["order_ref"] == "U1"


async def test_i12_i13_an_answer_survives_the_end_of_the_controller(database: Path) -> None:
    async with controller(database) as first:
        one = await first.post("orders", ORDER, "k1")
    async with controller(database) as second:
        again = await second.post("orders", ORDER, "k1")
        other = await second.post("orders", {**ORDER, "order_ref": "U2"}, "k1")
        found = await second.get("orders")
    assert (one.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.content == one.content
    assert [order["order_ref"] for order in found["items"]] == ["U1"]


async def test_i18_the_stream_shows_what_the_journal_has(running: Running) -> None:
    seq = (await running.get("overview"))["journal_seq"]
    async with following(running.app, query=f"after_seq={seq}") as reader:
        await running.post("orders", ORDER, "k1")
        events = await reader.events(1)
        journal = await running.get(f"journal?after_seq={seq}&limit=1")
    assert [event.data for event in events] == journal["items"]
    assert events[0].data["action"] == "order.received"


async def test_held_stock_is_not_picked_until_it_is_released(running: Running) -> None:
    product = gtin(SHELF_PRODUCT)
    batch = {"gtin": product, "batch": f"OLD{SHELF_PRODUCT}", "reason": "recall", "actor": "Ann"}
    assert (await running.post("stock/holds", batch)).status_code == 200
    held = await running.get(f"stock/products/{product}")
    assert (held["available"], held["held"]) == (4, 3)
    assert (await running.post("stock/releases", batch)).status_code == 200
    assert (await running.get(f"stock/products/{product}"))["available"] == 7


async def test_delivery_cancel_count_and_refusals(running: Running) -> None:
    line = {"gtin": gtin(0), "batch": "B1", "expiry": "2028-05-31", "quantity": 3}
    delivered = await running.post("deliveries", {"delivery_note": "DN9", "lines": [line]}, "k1")
    assert (delivered.status_code, delivered.json()["packs"]) == (201, 3)
    counts = {"counts": [{"gtin": gtin(0), "quantity": 2}], "actor": "Ward 1"}
    counted = await running.post("stock-lists/GGH-WA1/counts", counts)
    assert (counted.status_code, counted.json()["code"]) == (400, "invalid")
    await running.post("orders", ORDER, "k2")
    cancelled = await running.post("orders/U1/cancel", {"reason": "ordered twice", "actor": "Ward 1"})
    assert cancelled.json()["status"] == "cancelled"
    unknown = await running.post("orders", {**ORDER, "order_ref": "U3", "destination": "NOWHERE"}, "k3")
    assert (unknown.status_code, unknown.json()["code"]) == (400, "invalid")
    assert (await running.post("doubts/D9/settle", {"finding": "lost", "note": "n", "actor": "A"})).status_code == 404


async def test_every_list_is_as_declared(running: Running) -> None:
    await running.post("orders", ORDER, "k1")
    await running.post("stations/MANUAL-A/claims", {"worker": "Ann"})
    for path, schema in (
        ("orders", "OrderPage"),
        ("stations", "StationList"),
        ("work", "WorkPage"),
        ("robots", "RobotList"),
        ("robots/R1", "RobotAnswer"),
        ("tasks", "TaskPage"),
        ("totes", "TotePage"),
        ("departures?date=2026-11-23", "DeparturePage"),
        ("stock/packs?limit=3", "PackPage"),
        (f"stock/products/{gtin(0)}", "StockAnswer"),
        ("doubts", "DoubtPage"),
        ("journal", "JournalPage"),
        ("overview", "Overview"),
        ("poison", "PoisonList"),
    ):
        check(await running.get(path), {"$ref": f"#/components/schemas/{schema}"})


async def test_figures_and_readiness(running: Running) -> None:
    await running.post("orders", ORDER, "k1")
    ready = await running.client.get("/readyz")
    assert (ready.status_code, list(ready.json()["reasons"])) == (503, ["broker"])
    text = (await running.client.get("/metrics")).text
    assert 'nightshift_orders_open{class="urgent"} 1.0' in text
    assert 'nightshift_journal_entries_total{action="order.received"} 1.0' in text
    assert 'nightshift_stock_packs{place="area:MANUAL-A"} 14.0' in text


async def test_without_a_writer_people_are_told_to_come_back(database: Path) -> None:
    async with controller(database) as running:
        running.engine.stop()
        refused = await running.post("orders", ORDER, "k1")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")


async def test_a_cancelled_van_is_told_ward_by_ward_and_stays_cancelled_over_a_restart(database: Path) -> None:
    cancelled = {"kind": "cancelled", "date": "2026-11-23", "run": "GGH-1", "reason": "flat tyre", "actor": "Ann"}
    async with controller(database) as centre:
        await centre.post("orders", ORDER, "ward-1")
        answer = await centre.post("calendar-changes", cancelled, "cancel-1")
        assert answer.status_code == 201, answer.text
        check(answer.json(), {"$ref": "#/components/schemas/CalendarReceipt"})
        (moved,) = answer.json()["moved_orders"]
        assert (moved["order_ref"], moved["new"]) == ("U1", "GGH-2/2026-11-23")
        assert moved["departs_at"] == "2026-11-23T12:15:00.000Z"
        again = await centre.post("calendar-changes", cancelled, "cancel-1")
        assert again.content == answer.content
        twice = await centre.post("calendar-changes", cancelled, "cancel-2")
        assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
        put = await centre.client.put(
            "/api/v1/destinations/GGH-WA1/least-remaining-days", json={"days": 30, "reason": "slow", "actor": "Ann"}
        )
        assert put.json() == {"destination": "GGH-WA1", "least_remaining_days": 30}
    async with controller(database) as centre:
        found = await centre.get("calendar?from=2026-11-23&days=2")
        check(found, {"$ref": "#/components/schemas/CalendarAnswer"})
        today, tomorrow = ({van["run"]: van["status"] for van in day["departures"]} for day in found["days"])
        assert today == {"GGH-1": "cancelled", "GGH-2": "planned", "GGH-3": "planned"}
        assert set(tomorrow.values()) == {"planned"}
        (change,) = (await centre.get("calendar-changes"))["items"]
        withdrawn = await centre.post(f"calendar-changes/{change['change_id']}/withdraw", {"reason": "r", "actor": "B"})
        assert [each["order_ref"] for each in withdrawn.json()["moved_orders"]] == ["U1"]
        assert (await centre.get("orders/U1"))["departure_id"] == "GGH-1/2026-11-23"
        assert (await centre.get("calendar-changes"))["items"] == []


async def test_the_coming_day_has_the_work_of_an_order_that_is_open(database: Path) -> None:
    async with controller(database) as centre:
        before = await centre.get("workload")
        assert (await centre.post("orders", ORDER, "ward-1")).status_code == 201
        found = await centre.get("workload")
    check(found, {"$ref": "#/components/schemas/WorkloadAnswer"})

    def known_jobs(answer: dict[str, Any], station: str) -> float:
        (day,) = (day for day in answer["stations"] if day["station"] == station)
        return float(sum(job["known"] for hour in day["hours"] for job in hour["jobs"]))

    assert known_jobs(before, "CHECK") == 0.0
    assert known_jobs(found, "CHECK") == pytest.approx(1.0, abs=0.05)
    assert [day["robot"] for day in found["robots"]] == ["R1", "R2", "R3"]
    assert "no history" in found["basis"]
