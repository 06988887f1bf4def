"""What simulated people ask goes over the real API as it goes to a rehearsed engine: same action, same fields read."""

import pytest

from controller.rehearsal.desk import submission_of
from simulator.desk_quality import (
    CorrectBooks,
    Correction,
    DecideQuarantine,
    QualityAction,
    QualityReading,
    ReadFault,
    ReadMissing,
    ReadPacks,
    ReadQuarantines,
    ReportFound,
)
from tests.unit.api.conftest import Centre
from tests.unit.api.small_centre import GTIN, NOW

WHY = ("read by eye", "quality-1", "quality-2")
ACTIONS: list[QualityAction] = [
    DecideQuarantine("decision-Q1.000001-1795420800.125-release", "Q1.000001", "release", *WHY),
    DecideQuarantine("decision-Q1.000001-1795420800.125-destroyed", "Q1.000001", "destroyed", *WHY, ("P1", "P2")),
    ReportFound("found-W1.000007", GTIN, "L64218", "2027-04-15", *WHY),
    ReportFound("found-W1.000008", GTIN, "L64218", "2027-04-15", "on the lane", "FLOOR-2", "colleague of FLOOR-2"),
    CorrectBooks("put-backs-1795420800.125", Correction.PUT_BACK, ("P1",), *WHY),
    CorrectBooks("write-offs-1795420800.125", Correction.WRITE_OFF, ("P1", "P2"), *WHY),
]


@pytest.mark.parametrize("request_", ACTIONS, ids=lambda each: each.idempotency_key)
async def test_the_engine_is_asked_the_same_over_the_api(centre: Centre, request_: QualityAction) -> None:
    key = {"Idempotency-Key": request_.idempotency_key}
    answer = await centre.client.request(request_.method, request_.path, json=request_.body(), headers=key)
    assert answer.status_code < 300, answer.text
    assert centre.engine.asked == [submission_of(request_, NOW).action]


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (ReadQuarantines(), {"case_id", "why", "lots"}),
        (ReadPacks("area:MANUAL-A", GTIN, "L64218"), {"pack_id", "gtin", "batch", "expiry", "place", "hold"}),
        (ReadMissing(), set()),
        (ReadFault("F-000001"), {"raised_at", "cleared_at"}),
    ],
    ids=["quarantines", "packs", "missing", "fault"],
)
async def test_what_they_read_is_in_the_answer(centre: Centre, request_: QualityReading, fields: set[str]) -> None:
    answer = await centre.client.get(request_.path)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    first = body["fault"] if isinstance(request_, ReadFault) else (body["items"] or [{}])[0]
    assert fields <= set(first)
