"""The technician's work over the API: what a request becomes, and what is told."""

import pytest

from controller.domain.fault import Fault
from controller.domain.maintenance import Profile
from controller.engine.actions import (
    BeginProcedure,
    CommandInMaintenance,
    FinishProcedure,
    Request,
    RollBackProfile,
    SetProfile,
    TakeStep,
    WriteLog,
)
from controller.faults.kpi import RobotPast, Stop
from tests.unit.api.conftest import Centre
from tests.unit.api.requests_of_every_route import EXAMPLES
from tests.unit.api.small_centre import NOW

WHY = "the door squeaks"


@pytest.mark.parametrize(
    ("route", "action"),
    [
        ("/api/v1/procedure-runs", BeginProcedure("R1", "Ann", None, "PM-99")),
        ("/api/v1/procedure-runs/{run_id}/steps", TakeStep("P1.000001", "key_inside", "ok", "Ann")),
        (
            "/api/v1/procedure-runs/{run_id}/finish",
            FinishProcedure("P1.000001", "returned_to_service", "Ann", "the ward waits"),
        ),
        ("/api/v1/robots/{robot}/maintenance", CommandInMaintenance("R1", "jog", WHY, "Ann", "x", -5.0)),
        ("/api/v1/robots/{robot}/work-log", WriteLog("R1", "new cup", "Ann")),
        ("/api/v1/robots/{robot}/profiles", SetProfile("R1", (("x_offset_mm", 0.4),), WHY, "Ann")),
        ("/api/v1/robots/{robot}/profiles/roll-back", RollBackProfile("R1", 1, WHY, "Ann")),
    ],
)
async def test_what_technicians_ask_becomes_the_action(centre: Centre, route: str, action: Request) -> None:
    (example,) = (each for each in EXAMPLES if each.route == route and each.method == "POST")
    await centre.client.post(example.path, json=example.body)
    assert centre.engine.asked == [action]


async def test_an_open_run_says_what_to_do_now(centre: Centre) -> None:
    found = (await centre.client.get("/api/v1/procedure-runs/P1.000001")).json()
    assert found["next"]["step"] == "key_inside"
    assert "key" in found["next"]["safety"]
    assert "test_picks" in found["missing"]
    missing = await centre.client.get("/api/v1/procedure-runs/P9")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")


async def test_the_situation_names_the_worst_fault_first(centre: Centre) -> None:
    state = centre.engine.state
    state.faults = {
        "F-000007": Fault("F-000007", "R1", "o1", "IDN-30", 3, NOW - 90),
        "F-000008": Fault("F-000008", "R1", "o2", "AXZ-05", 2, NOW - 60),
        "F-000009": Fault("F-000009", "R1", "o3", "SAF-71", 1, NOW - 60, cleared_at=NOW - 30),
    }
    found = (await centre.client.get("/api/v1/robots/R1/situation")).json()
    assert [fault["code"] for fault in found["faults"]] == ["AXZ-05", "IDN-30"]
    assert found["advice"] == "Begin the procedure of AXZ-05 for fault F-000008."
    waiting = (await centre.client.get("/api/v1/robots/V1/situation")).json()["advice"]
    assert waiting.startswith("No fault stands; waiting for somebody: A-000003"), "a warning or a latched door is work"
    state.alarms = {}
    assert (await centre.client.get("/api/v1/robots/V1/situation")).json()["advice"] == "Nothing to do."
    state.robots["V1"].mode = "maintenance"
    assert "only a procedure" in (await centre.client.get("/api/v1/robots/V1/situation")).json()["advice"]


async def test_the_newest_profile_comes_first(centre: Centre) -> None:
    centre.engine.state.profiles["R1"] = [
        Profile("R1", version, {"x_offset_mm": version / 10}, "belt", "Ann", NOW) for version in (1, 2)
    ]
    found = (await centre.client.get("/api/v1/robots/R1/profiles")).json()
    assert [profile["version"] for profile in found["items"]] == [2, 1]
    assert (found["version"], found["told_version"], found["agrees"]) == (0, None, True), "none was taken over yet"


async def test_what_is_in_force_what_may_be_set_and_what_would_help(centre: Centre) -> None:
    state, workshop = centre.engine.state, centre.engine.state.workshop
    state.profiles["R1"] = [Profile("R1", 1, {"x_offset_mm": 1.0}, "belt", "Ann", NOW - 60.0, confirmed_at=NOW - 50.0)]
    state.faults = {"F-000008": Fault("F-000008", "R1", "o2", "VAC-15", 2, NOW - 90, owed=("degrade",))}
    workshop.limits["R1"] = {"x_offset_mm": (-10.0, 10.0), "z_offset_mm": (-1.0, 1.0)}
    workshop.makers["R1"] = {"x_offset_mm": 0.0}
    workshop.measured["R1"] = {"x": (0.8, NOW - 40.0), "z": (0.9, NOW - 55.0)}
    workshop.in_force["R1"] = workshop.differs["R1"] = ("R1-7", 7)
    found = (await centre.client.get("/api/v1/robots/R1/profiles")).json()
    assert (found["version"], found["told_version"], found["agrees"]) == (1, 7, False)
    assert [(each["code"], each["words"]) for each in found["careful"]] == [("VAC-15", "works with its jaws alone")]
    assert [(each["name"], each["maker"], each["now"]) for each in found["parameters"]] == [
        ("x_offset_mm", 0.0, 1.0),
        ("z_offset_mm", None, None),
    ]
    assert [each["values"] for each in found["proposed"]] == [{"x_offset_mm": 1.8}], "z was measured before"
    state.faults["F-000008"].cleared_at = NOW - 80.0
    advice = (await centre.client.get("/api/v1/robots/R1/situation")).json()["advice"]
    assert "works with its jaws alone because of VAC-15" in advice
    assert "F-000008" in advice


async def test_figures_of_one_robot_and_of_all(centre: Centre) -> None:
    centre.archive.pasts = {"R1": RobotPast("R1", faults=[Stop(NOW - 7200, 2, NOW - 3600, 0.0)])}
    one = (await centre.client.get("/api/v1/robots/R1/kpis?days=1")).json()
    assert (one["adot_s"], one["stops"], one["mttr_s"]) == (3600.0, 1, 3600.0)
    every = (await centre.client.get("/api/v1/kpis?days=1")).json()
    assert (every["robot"], every["pbt_s"]) == ("", 2 * 86_400.0)


async def test_figures_begin_when_the_site_was_taken_in(centre: Centre) -> None:
    centre.engine.state.imported_at = NOW - 7200.0
    one = (await centre.client.get("/api/v1/robots/R1/kpis?days=7")).json()
    assert (one["pbt_s"], one["technical_availability"]) == (7200.0, 1.0)
    centre.engine.state.imported_at = NOW + 60.0
    one = (await centre.client.get("/api/v1/robots/R1/kpis?days=7")).json()
    assert (one["pbt_s"], one["technical_availability"]) == (0.0, None), "another clock took it in"


@pytest.mark.parametrize(
    "path", ["robots/R9/situation", "robots/R9/kpis", "robots/R9/work-log", "robots/R9/profiles", "procedures/ZZZ-99"]
)
async def test_nothing_is_told_of_what_is_not_there(centre: Centre, path: str) -> None:
    assert (await centre.client.get(f"/api/v1/{path}")).status_code == 404
