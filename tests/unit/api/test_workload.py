"""The workload of the coming day over HTTP."""

from dataclasses import replace

import pytest

from controller.domain.errors import StoreUnavailable
from controller.domain.work import CHECK_STATION, WorkKind
from controller.scheduling.pastwork import HOUR_S, HourCount, RobotWork
from controller.scheduling.workload import HOURS, KnownWork
from tests.unit.api.conftest import Centre
from tests.unit.api.small_centre import NOW


def _look_ahead(centre: Centre) -> None:
    known = (
        KnownWork(CHECK_STATION, WorkKind.CHECK, 6.0, 60.0, NOW, NOW + HOUR_S),
        KnownWork("R1", RobotWork.TOUR, 4.0, 9.0, NOW, NOW + HOUR_S),
    )
    centre.engine.day_ahead = replace(
        centre.engine.day_ahead,
        now=NOW,
        robots=("R1", "V1"),
        known=known,
        people={CHECK_STATION: (0.0,) * (HOURS - 1) + (1.0,)},
        notes=("A word to the wise.",),
    )
    week = range(int(NOW // HOUR_S) - 7 * 24, int(NOW // HOUR_S))
    centre.archive.past = [HourCount(hour, "R1", RobotWork.TOUR, 2, 5, 0) for hour in week]


async def test_hours_people_and_sums(centre: Centre) -> None:
    _look_ahead(centre)
    found = (await centre.client.get("/api/v1/workload")).json()
    assert (found["from_at"], found["until_at"]) == ("2026-11-23T08:00:00.000Z", "2026-11-24T08:00:00.000Z")
    (check,) = found["stations"]
    assert len(check["hours"]) == HOURS
    assert check["hours"][0] == {
        "starts_at": "2026-11-23T08:00:00.000Z",
        "jobs": [{"kind": "check", "known": 6.0, "further": 0.0, "spread": 0.0, "packs": 60.0}],
        "work_s": 360.0,
        "needed": 1,
        "needed_high": 1,
        "expected": 0.0,
    }
    assert found["shortfalls"] == ["CHECK Mon 08-09 h needs 1, 0 expected"]
    r1, v1 = found["robots"]
    assert [hour["tours"] for hour in r1["hours"]] == [4.0] + [2.0] * 23
    assert [hour["tours_known"] for hour in r1["hours"]] == [4.0] + [0.0] * 23
    assert sum(hour["picks"] for hour in v1["hours"]) == 0.0
    assert found["totals"] == {"tours": 50.0, "picks": 124.0, "stores": 0.0, "touches": 6.0, "person_hours": 0.1}
    assert (found["basis"], found["history_days"]) == ("same weekday of past weeks", 7)
    assert found["notes"] == ["A word to the wise."]


async def test_no_answer_while_the_database_is_away(centre: Centre) -> None:
    centre.archive.failure = StoreUnavailable("gone")
    assert (await centre.client.get("/api/v1/workload")).status_code == 503


@pytest.mark.parametrize("query", ["hours=48", "station=CHECK"])
async def test_what_is_not_offered_is_refused(centre: Centre, query: str) -> None:
    assert (await centre.client.get(f"/api/v1/workload?{query}")).status_code == 422
