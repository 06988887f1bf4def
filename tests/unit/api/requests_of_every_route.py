"""One good request for every operation of the API: what several tests walk through."""

from dataclasses import dataclass, field
from typing import Any

from tests.unit.api.small_centre import GTIN

ORDER = {
    "order_ref": "U000757",
    "destination": "GGH-WA0000",
    "class": "urgent",
    "due_at": None,
    "run": "QEUH-1",
    "run_date": "2026-11-23",
    "lines": [{"gtin": GTIN, "quantity": 2}],
}
DELIVERY = {
    "delivery_note": "DN261123012",
    "lines": [{"gtin": GTIN, "batch": "X58815", "expiry": "2028-06-19", "quantity": 20}],
}
REASON = {"reason": "the door squeaks", "actor": "Ann"}
WINDOW = {"robot": "R1", "from_at": "2026-11-24T01:00:00Z", "to_at": "2026-11-24T04:00:00Z", **REASON}
SHELF = {"until": "2026-11-23T10:00:00Z", **REASON}
OUT_OF_SERVICE = {"condition": "robot.stopped/V1", "until": "2026-11-24T10:00:00Z", **REASON}
BACK_IN_SERVICE = {"condition": "robot.lane/V1", **REASON}
STOCK = {"gtin": GTIN, "batch": "L64218", **REASON}
CANCELLED_VAN = {"kind": "cancelled", "date": "2026-11-23", "run": "QEUH-1", **REASON}
HELD_VAN = {"run": "QEUH-1", "date": "2026-11-23", "minutes": 4, **REASON}
FOUND = {"gtin": GTIN, "batch": "L64218", "expiry": "2028-06-19", "place": "goods-in", "witness": None, **REASON}
PACKS = {"pack_ids": ["S000001.001"], "witness": None, **REASON}
RECALL = {"gtin": GTIN, "batch": "L64218", "class": 1, "drill": False, **REASON}
KEY = {"Idempotency-Key": "k1"}
FINDING = {"cause": "worn_cup", "remedy": "replace_cup", "note": "cracked", "actor": "Ann"}

LATE = "2026-11-23T23:00:00Z"


@dataclass(frozen=True)
class Example:
    method: str
    route: str
    path: str
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


STEP = {"step": "key_inside", "result": "ok", "actor": "Ann"}
FINISH = {"outcome": "returned_to_service", "override": "the ward waits", "actor": "Ann"}
JOG = {"kind": "jog", "axis": "x", "distance_mm": -5.0, **REASON}
PROFILE = {"values": {"x_offset_mm": 0.4}, **REASON}

EXAMPLES = (
    Example("POST", "/api/v1/orders", "/api/v1/orders", 201, ORDER, KEY),
    Example("GET", "/api/v1/orders", "/api/v1/orders?class=routine&limit=5"),
    Example("GET", "/api/v1/orders/{order_ref}", "/api/v1/orders/T000173"),
    Example("GET", "/api/v1/orders/{order_ref}/explanation", "/api/v1/orders/T000173/explanation"),
    Example("GET", "/api/v1/orders/{order_ref}/decisions", "/api/v1/orders/T000173/decisions"),
    Example("POST", "/api/v1/orders/{order_ref}/cancel", "/api/v1/orders/T000173/cancel", 200, REASON),
    Example("POST", "/api/v1/deliveries", "/api/v1/deliveries", 201, DELIVERY, KEY),
    Example("GET", "/api/v1/stations", "/api/v1/stations"),
    Example("POST", "/api/v1/stations/{station}/claims", "/api/v1/stations/MANUAL-A/claims", 200, {"worker": "Ann"}),
    Example("GET", "/api/v1/work", "/api/v1/work?station=CHECK"),
    Example(
        "POST",
        "/api/v1/work/{work_id}/finish",
        "/api/v1/work/W1.000001/finish",
        200,
        {"worker": "Ann", "findings": {"picked": ["S000001.001"], "missing": []}},
    ),
    Example("GET", "/api/v1/robots", "/api/v1/robots"),
    Example("GET", "/api/v1/robots/{robot}", "/api/v1/robots/R1"),
    Example("GET", "/api/v1/robots/{robot}/consequences", "/api/v1/robots/R1/consequences"),
    Example("GET", "/api/v1/faults/{fault_id}/consequences", "/api/v1/faults/F-000003/consequences"),
    Example("GET", "/api/v1/hand-picks", "/api/v1/hand-picks"),
    Example("POST", "/api/v1/robots/{robot}/out", "/api/v1/robots/R1/out", 200, {"how": "stop", **REASON}),
    Example(
        "POST", "/api/v1/robots/{robot}/back", "/api/v1/robots/R1/back", 202, {"travel_area_empty": True, **REASON}
    ),
    Example("POST", "/api/v1/robots/{robot}/confirm", "/api/v1/robots/V1/confirm", 200, REASON),
    Example("POST", "/api/v1/robots/{robot}/{order}", "/api/v1/robots/R1/hold", 202, REASON),
    Example("POST", "/api/v1/forecasts", "/api/v1/forecasts", 202, {"down": [{"robot": "R1", "until": LATE}]}),
    Example("GET", "/api/v1/forecasts", "/api/v1/forecasts"),
    Example("GET", "/api/v1/forecasts/{forecast_id}", "/api/v1/forecasts/F-1"),
    Example("GET", "/api/v1/tasks", "/api/v1/tasks?robot=R1&status=running"),
    Example("GET", "/api/v1/tasks/{task_id}", "/api/v1/tasks/C1.000001"),
    Example("GET", "/api/v1/totes", "/api/v1/totes?order_ref=T000173"),
    Example("GET", "/api/v1/totes/{tote_id}", "/api/v1/totes/T000173-1"),
    Example("GET", "/api/v1/departures", "/api/v1/departures?date=2026-11-23"),
    Example("GET", "/api/v1/stock/packs", f"/api/v1/stock/packs?gtin={GTIN}&place=area:MANUAL-A"),
    Example("GET", "/api/v1/stock/packs/{pack_id}", "/api/v1/stock/packs/S000001.001"),
    Example("GET", "/api/v1/stock/products/{gtin}", f"/api/v1/stock/products/{GTIN}"),
    Example("POST", "/api/v1/stock/holds", "/api/v1/stock/holds", 200, STOCK),
    Example("POST", "/api/v1/stock/releases", "/api/v1/stock/releases", 200, {**STOCK, "pack_id": "S000001.002"}),
    Example("GET", "/api/v1/chores", "/api/v1/chores?kind=count&source=R1&status=done"),
    Example("GET", "/api/v1/chores/pauses", "/api/v1/chores/pauses"),
    Example("POST", "/api/v1/chores/pause", "/api/v1/chores/pause", 200, {"scope": "R1", **REASON}),
    Example("POST", "/api/v1/chores/resume", "/api/v1/chores/resume", 200, {"scope": None, **REASON}),
    Example("GET", "/api/v1/maintenance-windows", "/api/v1/maintenance-windows?robot=R1&status=planned"),
    Example("POST", "/api/v1/maintenance-windows", "/api/v1/maintenance-windows", 201, WINDOW),
    Example(
        "POST",
        "/api/v1/maintenance-windows/{window_id}/cancel",
        "/api/v1/maintenance-windows/M1.000001/cancel",
        200,
        REASON,
    ),
    Example("GET", "/api/v1/faults", "/api/v1/faults?robot=R1&code=VAC-14&standing=true&limit=5"),
    Example("GET", "/api/v1/faults/{fault_id}", "/api/v1/faults/F-000003"),
    Example("GET", "/api/v1/faults/{fault_id}/recording", "/api/v1/faults/F-000003/recording"),
    Example("GET", "/api/v1/faults/{fault_id}/similar", "/api/v1/faults/F-000003/similar"),
    Example("POST", "/api/v1/faults/{fault_id}/finding", "/api/v1/faults/F-000003/finding", 200, FINDING, KEY),
    Example("GET", "/api/v1/alarms", "/api/v1/alarms"),
    Example("GET", "/api/v1/alarms/history", "/api/v1/alarms/history?limit=2"),
    Example("GET", "/api/v1/alarms/performance", "/api/v1/alarms/performance?hours=8&operators=2"),
    Example("GET", "/api/v1/alarms/out-of-service", "/api/v1/alarms/out-of-service"),
    Example("POST", "/api/v1/alarms/out-of-service", "/api/v1/alarms/out-of-service", 200, OUT_OF_SERVICE, KEY),
    Example("POST", "/api/v1/alarms/back-in-service", "/api/v1/alarms/back-in-service", 200, BACK_IN_SERVICE, KEY),
    Example("GET", "/api/v1/alarms/{alarm_id}", "/api/v1/alarms/A-000003"),
    Example(
        "POST", "/api/v1/alarms/{alarm_id}/acknowledge", "/api/v1/alarms/A-000003/acknowledge", 200, {"actor": "Ann"}
    ),
    Example("POST", "/api/v1/alarms/{alarm_id}/shelve", "/api/v1/alarms/A-000003/shelve", 200, SHELF),
    Example("POST", "/api/v1/alarms/{alarm_id}/unshelve", "/api/v1/alarms/A-000003/unshelve", 200, REASON),
    Example("POST", "/api/v1/alarms/{alarm_id}/reset", "/api/v1/alarms/A-000003/reset", 200, REASON),
    Example("GET", "/api/v1/doubts", "/api/v1/doubts?open_only=false"),
    Example(
        "POST",
        "/api/v1/doubts/{doubt_id}/settle",
        "/api/v1/doubts/D1.000001/settle",
        200,
        {"finding": "in_robot", "note": "seen on its shelf", "actor": "Ann"},
    ),
    Example("GET", "/api/v1/promises", "/api/v1/promises?late=true&limit=5"),
    Example("GET", "/api/v1/journal", "/api/v1/journal?after_seq=1&limit=2"),
    Example(
        "POST",
        "/api/v1/stock-lists/{destination}/counts",
        "/api/v1/stock-lists/GGH-WA0000/counts",
        200,
        {"counts": [{"gtin": GTIN, "quantity": 0}], "actor": "Ward 0"},
    ),
    Example("GET", "/api/v1/calendar", "/api/v1/calendar?from=2026-11-23&days=3"),
    Example("GET", "/api/v1/calendar-changes", "/api/v1/calendar-changes?date=2026-11-25"),
    Example("POST", "/api/v1/calendar-changes", "/api/v1/calendar-changes", 201, CANCELLED_VAN, KEY),
    Example("POST", "/api/v1/calendar-changes/holds", "/api/v1/calendar-changes/holds", 201, HELD_VAN, KEY),
    Example(
        "POST",
        "/api/v1/calendar-changes/{change_id}/withdraw",
        "/api/v1/calendar-changes/H-2026-11-25/withdraw",
        200,
        REASON,
    ),
    Example(
        "PUT",
        "/api/v1/destinations/{code}/least-remaining-days",
        "/api/v1/destinations/GGH-WA0000/least-remaining-days",
        200,
        {"days": 30, **REASON},
    ),
    Example("GET", "/api/v1/quarantines", "/api/v1/quarantines"),
    Example("GET", "/api/v1/quarantines/{case_id}", "/api/v1/quarantines/Q1.000001"),
    Example("POST", "/api/v1/quarantines", "/api/v1/quarantines", 201, {"place": "R1", **REASON}, KEY),
    Example(
        "POST",
        "/api/v1/quarantines/{case_id}/decision",
        "/api/v1/quarantines/Q1.000001/decision",
        200,
        {"decision": "destroyed", "witness": "Rose", "batch": None, **REASON},
    ),
    Example("GET", "/api/v1/stock/taken", "/api/v1/stock/taken?place=V1&since=2026-11-23T07:00:00Z"),
    Example("POST", "/api/v1/stock/counts", "/api/v1/stock/counts", 201, {"place": "R1", "gtin": GTIN, **REASON}),
    Example("GET", "/api/v1/stock/missing", "/api/v1/stock/missing?limit=5"),
    Example("POST", "/api/v1/stock/found", "/api/v1/stock/found", 201, FOUND, KEY),
    Example("POST", "/api/v1/stock/write-offs", "/api/v1/stock/write-offs", 200, PACKS, KEY),
    Example("POST", "/api/v1/stock/put-backs", "/api/v1/stock/put-backs", 200, PACKS, KEY),
    Example("POST", "/api/v1/recalls", "/api/v1/recalls", 201, RECALL, KEY),
    Example("GET", "/api/v1/recalls", "/api/v1/recalls?limit=5"),
    Example("GET", "/api/v1/recalls/{recall_id}", "/api/v1/recalls/RC1.000001"),
    Example(
        "POST",
        "/api/v1/recalls/{recall_id}/disposals",
        "/api/v1/recalls/RC1.000001/disposals",
        201,
        {"ending": "returned", "reason": "as the company asks", "actor": "Ann"},
        KEY,
    ),
    Example(
        "POST",
        "/api/v1/recalls/{recall_id}/close",
        "/api/v1/recalls/RC1.000001/close",
        200,
        {"note": "all told", "actor": "Ann"},
    ),
    Example("GET", "/api/v1/overview", "/api/v1/overview"),
    Example("GET", "/api/v1/workload", "/api/v1/workload"),
    Example("GET", "/api/v1/poison", "/api/v1/poison?limit=10"),
    Example("GET", "/livez", "/livez"),
    Example("GET", "/readyz", "/readyz"),
    Example("GET", "/metrics", "/metrics"),
    Example("GET", "/api/v1/procedures", "/api/v1/procedures"),
    Example("GET", "/api/v1/procedures/{code}", "/api/v1/procedures/VAC-14"),
    Example("GET", "/api/v1/procedure-runs", "/api/v1/procedure-runs?robot=R1&limit=5"),
    Example(
        "POST",
        "/api/v1/procedure-runs",
        "/api/v1/procedure-runs",
        201,
        {"robot": "R1", "code": "PM-99", "actor": "Ann"},
    ),
    Example("GET", "/api/v1/procedure-runs/{run_id}", "/api/v1/procedure-runs/P1.000001"),
    Example("POST", "/api/v1/procedure-runs/{run_id}/steps", "/api/v1/procedure-runs/P1.000001/steps", 200, STEP),
    Example("POST", "/api/v1/procedure-runs/{run_id}/finish", "/api/v1/procedure-runs/P1.000001/finish", 200, FINISH),
    Example("GET", "/api/v1/robots/{robot}/situation", "/api/v1/robots/R1/situation"),
    Example("GET", "/api/v1/robots/{robot}/maintenance", "/api/v1/robots/R1/maintenance"),
    Example("POST", "/api/v1/robots/{robot}/maintenance", "/api/v1/robots/R1/maintenance", 202, JOG),
    Example("GET", "/api/v1/robots/{robot}/work-log", "/api/v1/robots/R1/work-log?limit=5"),
    Example(
        "POST",
        "/api/v1/robots/{robot}/work-log",
        "/api/v1/robots/R1/work-log",
        201,
        {"text": "new cup", "actor": "Ann"},
    ),
    Example("GET", "/api/v1/robots/{robot}/profiles", "/api/v1/robots/R1/profiles"),
    Example("POST", "/api/v1/robots/{robot}/profiles", "/api/v1/robots/R1/profiles", 201, PROFILE),
    Example(
        "POST",
        "/api/v1/robots/{robot}/profiles/roll-back",
        "/api/v1/robots/R1/profiles/roll-back",
        201,
        {"version": 1, **REASON},
    ),
    Example("GET", "/api/v1/robots/{robot}/kpis", "/api/v1/robots/R1/kpis?days=7"),
    Example("GET", "/api/v1/kpis", "/api/v1/kpis?days=7"),
)
"""The live stream, which never ends, has tests of its own."""
