"""Faults over the API: pages, one fault with its meaning, its recording, earlier ones like it, and findings."""

import pytest

from controller.engine.actions import RecordFinding
from tests.unit.api.conftest import Centre

FOUND = {"cause": "worn_cup", "remedy": "replace_cup", "actor": "Ann"}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["F-000003", "F-000002", "F-000001"]),
        ("?robot=R1", ["F-000003", "F-000001"]),
        ("?code=GRP-10", []),
        ("?standing=true", ["F-000003"]),
        ("?standing=true&robot=V1", []),
        ("?standing=true&code=VAC-14", ["F-000003"]),
    ],
)
async def test_faults_come_newest_first_by_robot_code_and_standing(centre: Centre, query: str, ids: list[str]) -> None:
    found = (await centre.client.get(f"/api/v1/faults{query}")).json()
    assert [fault["fault_id"] for fault in found["items"]] == ids
    assert found["next"] is None


async def test_faults_come_a_page_at_a_time(centre: Centre) -> None:
    first = (await centre.client.get("/api/v1/faults?limit=2")).json()
    second = (await centre.client.get(f"/api/v1/faults?limit=2&cursor={first['next']}")).json()
    ids = [fault["fault_id"] for fault in first["items"] + second["items"]]
    assert ids == ["F-000003", "F-000002", "F-000001"]
    assert second["next"] is None


async def test_a_fault_is_shown_with_what_it_means_and_whom_it_held_up(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/faults/F-000003")).json()
    assert found["fault"]["title"] == "Vacuum low"
    assert (found["fault"]["raised_at"], found["fault"]["cleared_at"]) == ("2026-11-23T07:59:00.000Z", None)
    assert found["meaning"]["causes"] == ["worn_cup", "clogged_filter", "loose_hose"]
    assert found["suspects"][0]["evidence_for"] == ["the vacuum leaks 15 mbar/s"]
    assert found["orders"] == ["T000173"]


async def test_a_recording_is_told_in_order(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/faults/F-000003/recording")).json()
    assert found["cut"] is False
    assert [line["kind"] for line in found["lines"]] == ["telemetry", "state"]


async def test_the_most_alike_comes_first_and_says_in_what(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/faults/F-000003/similar")).json()
    assert found["signs"] == ["vacuum leak of H1 15 mbar/s, usually 4 mbar/s"]
    assert [each["fault"]["fault_id"] for each in found["items"]] == ["F-000001", "F-000002"]
    assert found["items"][0]["why"] == [
        "the same fault, VAC-14", "on the same robot, R1", "on the same shelf, A-07",
        "vacuum leak of H1 was high both times",
    ]  # fmt: skip
    assert found["cures"] == [{"cause": "worn_cup", "remedy": "replace_cup", "times": 1}]


async def test_only_earlier_faults_are_compared(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/faults/F-000001/similar")).json()
    assert found["items"] == []


async def test_a_finding_reaches_the_engine(centre: Centre) -> None:
    answer = await centre.client.post("/api/v1/faults/F-000003/finding", json={**FOUND, "note": "cracked"})
    assert answer.status_code == 200
    assert centre.engine.asked == [RecordFinding("F-000003", "worn_cup", "replace_cup", "Ann", "cracked")]


@pytest.mark.parametrize("path", ["", "/recording", "/similar"])
async def test_an_unknown_fault_is_not_found(centre: Centre, path: str) -> None:
    assert (await centre.client.get(f"/api/v1/faults/F-000009{path}")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"cause": "worn_cup", "actor": "Ann"},
        {**FOUND, "cause": "Worn cup"},
        {**FOUND, "actor": ""},
        {**FOUND, "surprise": 1},
        {**FOUND, "note": "x" * 501},
    ],
)
async def test_what_is_not_well_said_is_refused(centre: Centre, body: dict[str, object]) -> None:
    answer = await centre.client.post("/api/v1/faults/F-000003/finding", json=body)
    assert answer.status_code == 422
    assert centre.engine.asked == []


@pytest.mark.parametrize(
    "path",
    ["faults?robot=v1", "faults?standing=true&robot=R9", "tasks?robot=R9", "procedure-runs?robot=R9", "robots/R9"],
)
async def test_a_robot_that_is_not_there_is_no_empty_list(centre: Centre, path: str) -> None:
    answer = await centre.client.get(f"/api/v1/{path}")
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith("there are R1, V1")
