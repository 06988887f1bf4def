"""Chores and maintenance windows over the API: what is listed, what is asked of the engine, what is refused."""

import pytest

from controller.domain.chore import SITE
from controller.engine.actions import CancelMaintenance, PauseNightWork, PlanMaintenance, ResumeNightWork
from tests.unit.api.conftest import Centre
from tests.unit.api.small_centre import NOW

WHY = {"reason": "visitors", "actor": "Ann"}


async def test_chores_come_with_what_came_of_them_by_kind_source_and_status(centre: Centre) -> None:
    done = (await centre.client.get("/api/v1/chores?kind=count&source=R1&status=done")).json()
    assert [chore["chore_id"] for chore in done["items"]] == ["N1.000001"]
    assert done["items"][0] == {
        "chore_id": "N1.000001",
        "kind": "count",
        "source": "R1",
        "subject": "A-07",
        "reason": "not counted for 14 days or more",
        "reference": "C1.000002",
        "packs": 0,
        "begun_at": "2026-11-23T05:30:00.000Z",
        "status": "done",
        "ended_at": "2026-11-23T05:30:30.000Z",
        "result": "112 there",
    }
    assert (await centre.client.get("/api/v1/chores?source=R2")).json()["items"] == []


async def test_chores_come_a_page_at_a_time(centre: Centre) -> None:
    first = (await centre.client.get("/api/v1/chores?limit=1")).json()
    second = (await centre.client.get(f"/api/v1/chores?limit=1&cursor={first['next']}")).json()
    assert [chore["chore_id"] for chore in first["items"] + second["items"]] == ["N1.000001", "N1.000002"]
    assert second["next"] is None


async def test_what_is_paused_is_shown(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/chores/pauses")).json()
    assert found == {
        "items": [{"scope": "R1", "reason": "visitors", "actor": "Ann", "since": "2026-11-23T07:58:00.000Z"}]
    }


@pytest.mark.parametrize(("scope", "asked"), [(None, SITE), ("R1", "R1")])
async def test_a_pause_and_its_end_reach_the_engine(centre: Centre, scope: str | None, asked: str) -> None:
    body = {"scope": scope, **WHY}
    for word, action in (("pause", PauseNightWork), ("resume", ResumeNightWork)):
        answer = await centre.client.post(f"/api/v1/chores/{word}", json=body)
        assert answer.status_code == 200
        assert centre.engine.asked[-1] == action(asked, "visitors", "Ann")


async def test_a_window_reaches_the_engine_as_moments(centre: Centre) -> None:
    body = {"robot": "R1", "from_at": "2026-11-23T09:00:00+01:00", "to_at": "2026-11-23T10:00:00Z", **WHY}
    answer = await centre.client.post("/api/v1/maintenance-windows", json=body)
    assert answer.status_code == 201
    assert centre.engine.asked == [PlanMaintenance("R1", NOW, NOW + 7200.0, "visitors", "Ann")]
    await centre.client.post("/api/v1/maintenance-windows/M1.000001/cancel", json=WHY)
    assert centre.engine.asked[-1] == CancelMaintenance("M1.000001", "visitors", "Ann")


async def test_windows_come_by_robot_and_status(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/maintenance-windows?status=over")).json()["items"]
    assert [(window["window_id"], window["robot"]) for window in found] == [("M1.000002", "V1")]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/chores/pause", {"scope": "R1", "actor": "Ann"}),
        ("/api/v1/chores/pause", {"scope": 7, **WHY}),
        ("/api/v1/chores/resume", {**WHY, "surprise": 1}),
        ("/api/v1/maintenance-windows", {"robot": "R1", "from_at": "soon", "to_at": "2026-11-23T10:00:00Z", **WHY}),
        ("/api/v1/maintenance-windows", {"robot": "R1", "from_at": "2026-11-23T10:00:00Z", **WHY}),
    ],
)
async def test_what_is_not_well_said_is_refused(centre: Centre, path: str, body: dict[str, object]) -> None:
    answer = await centre.client.post(path, json=body)
    assert answer.status_code == 422
    assert centre.engine.asked == []
