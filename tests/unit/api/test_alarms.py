"""Alarms over the API: what is shown first, what is asked of the engine, what is refused."""

from typing import Any

import pytest

from controller.api.answers.alarms import alarm_list
from controller.domain.alarm import Alarm, Priority
from controller.engine.actions import (
    AcknowledgeAlarm,
    PutConditionBackInService,
    ResetAlarm,
    ShelveAlarm,
    TakeConditionOutOfService,
    UnshelveAlarm,
)
from tests.unit.api.conftest import Centre
from tests.unit.api.small_centre import NOW

WHY = {"reason": "the part is on its way", "actor": "Ann"}


async def test_what_needs_somebody_is_shown_urgent_first_with_what_it_explains(centre: Centre) -> None:
    items = (await centre.client.get("/api/v1/alarms")).json()["items"]
    assert [item["alarm"]["alarm_id"] for item in items] == ["A-000003", "A-000002"]
    stopped = items[0]
    assert stopped["alarm"]["state"] == "acknowledged"
    assert stopped["alarm"]["response"]
    assert stopped["alarm"]["respond_by"] == "2026-11-23T08:10:00.000Z"
    assert [each["alarm_id"] for each in stopped["attached"]] == ["A-000004"]
    assert stopped["attached"][0]["state"] == "suppressed"


async def test_what_is_shelved_is_shown_last(centre: Centre) -> None:
    shelved = centre.engine.state.alarms["robot.stopped/V1"]
    shelved.shelved_until = NOW + 60.0
    items = (await centre.client.get("/api/v1/alarms")).json()["items"]
    assert [item["alarm"]["alarm_id"] for item in items] == ["A-000002", "A-000003"]


async def test_history_has_what_ended_too_the_newest_first(centre: Centre) -> None:
    first = (await centre.client.get("/api/v1/alarms/history?limit=3")).json()
    rest = (await centre.client.get(f"/api/v1/alarms/history?limit=3&cursor={first['next']}")).json()
    assert [alarm["alarm_id"] for alarm in first["items"] + rest["items"]] == [
        "A-000004", "A-000003", "A-000002", "A-000001",
    ]  # fmt: skip
    assert rest["items"][-1]["state"] == "normal"
    assert rest["next"] is None


async def test_one_alarm_by_its_id(centre: Centre) -> None:
    assert (await centre.client.get("/api/v1/alarms/A-000001")).json()["ended_by"] == "condition gone"
    assert (await centre.client.get("/api/v1/alarms/A-000099")).status_code == 404
    assert (await centre.client.get("/api/v1/alarms/B-000001")).status_code == 422


async def test_performance_is_of_all_pages(centre: Centre) -> None:
    centre.archive.alarmed = [
        Alarm(f"A-{n:06d}", f"robot.lane/{n % 7}", "robot.lane", "R1", Priority.LOW, "x", NOW - n, NOW)
        for n in range(1, 1202)
    ]
    found = (await centre.client.get("/api/v1/alarms/performance?hours=1&operators=3")).json()
    assert found["raised"] == 1201
    assert found["low"] == 1201
    assert found["per_operator_hour"] == pytest.approx(400.333)
    assert found["top"][0]["alarms"] == 172
    assert (await centre.client.get("/api/v1/alarms/performance?hours=0")).status_code == 422


async def test_what_is_out_of_service_is_shown(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/alarms/out-of-service")).json()["items"]
    assert found == [
        {
            "condition": "robot.lane/V1",
            "by": "Bob",
            "reason": "the lane is being rebuilt",
            "since": "2026-11-23T07:00:00.000Z",
            "until": "2026-11-24T08:00:00.000Z",
        }
    ]


@pytest.mark.parametrize(
    ("path", "body", "action"),
    [
        ("A-000003/acknowledge", {"actor": "Ann"}, AcknowledgeAlarm("A-000003", "Ann")),
        (
            "A-000003/shelve",
            {"until": "2026-11-23T09:00:00Z", **WHY},
            ShelveAlarm("A-000003", WHY["reason"], NOW + 3600.0, "Ann"),
        ),
        ("A-000003/unshelve", WHY, UnshelveAlarm("A-000003", WHY["reason"], "Ann")),
        ("A-000003/reset", WHY, ResetAlarm("A-000003", WHY["reason"], "Ann")),
        (
            "out-of-service",
            {"condition": "robot.stopped/V1", "until": "2026-11-23T09:00:00Z", **WHY},
            TakeConditionOutOfService("robot.stopped/V1", WHY["reason"], NOW + 3600.0, "Ann"),
        ),
        (
            "back-in-service",
            {"condition": "robot.lane/V1", **WHY},
            PutConditionBackInService("robot.lane/V1", WHY["reason"], "Ann"),
        ),
    ],
)
async def test_what_people_do_reaches_the_engine(
    centre: Centre, path: str, body: dict[str, Any], action: object
) -> None:
    answer = await centre.client.post(f"/api/v1/alarms/{path}", json=body)
    assert answer.status_code == 200
    assert centre.engine.asked == [action]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("A-000003/acknowledge", {}),
        ("A-000003/acknowledge", {"actor": ""}),
        ("A-000003/shelve", WHY),
        ("A-000003/shelve", {"until": "tomorrow", **WHY}),
        ("A-000003/reset", {"actor": "Ann"}),
        ("out-of-service", {"condition": "everything", "until": "2026-11-23T09:00:00Z", **WHY}),
        ("back-in-service", {"condition": "robot.lane/V1", "actor": "Ann"}),
    ],
)
async def test_what_is_not_well_said_is_refused(centre: Centre, path: str, body: dict[str, Any]) -> None:
    answer = await centre.client.post(f"/api/v1/alarms/{path}", json=body)
    assert answer.status_code == 422
    assert centre.engine.asked == []


def test_of_equal_priority_the_whole_site_comes_first_and_then_what_nobody_has() -> None:
    def alarm(number: int, kind: str, respond_by: float, **more: object) -> Alarm:
        subject = f"{kind}/{number}"
        return Alarm(f"A-{number:06d}", subject, kind, str(number), Priority.CRITICAL, "", NOW, respond_by, **more)  # type: ignore[arg-type]

    listed = alarm_list(
        [
            alarm(1, "robot.estop", NOW + 10, acknowledged_at=NOW, acknowledged_by="Ann"),
            alarm(2, "robot.estop", NOW + 20),
            alarm(3, "site.power", NOW + 300),
            alarm(4, "site.link", NOW + 5, active=False, cleared_at=NOW),
        ]
    )
    assert [item.alarm.alarm_id for item in listed.items] == ["A-000003", "A-000004", "A-000002", "A-000001"]


def test_what_guards_people_comes_before_what_can_wait_and_advice_last() -> None:
    def alarm(number: int, kind: str, priority: Priority, *, latched: bool = False) -> Alarm:
        subject = f"{kind}/{number}"
        return Alarm(f"A-{number:06d}", subject, kind, "R1", priority, "", NOW, NOW, latched=latched)

    listed = alarm_list(
        [
            alarm(1, "robot.warning", Priority.LOW),
            alarm(2, "robot.degraded", Priority.LOW),
            alarm(3, "robot.stopped", Priority.MEDIUM),
            alarm(4, "robot.door", Priority.LOW, latched=True),
            alarm(5, "robot.silent", Priority.HIGH),
        ]
    )
    assert [item.alarm.alarm_id[-1] for item in listed.items] == ["5", "4", "3", "2", "1"]
