"""A fault from the robot's word to the database, over the API, and into a file that a restart has no part in."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from controller.cli.fault_file import read_fault, write_fault
from controller.domain.robot import RobotFault
from controller.engine import actions as act
from tests.integration.api.test_real_engine import Running, controller
from tests.support.small_centre import START_AT, build_template
from tests.unit.api.test_openapi import check

FINDING = {"cause": "worn_cup", "remedy": "replace_cup", "note": "", "actor": "Ann"}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return Path(shutil.copy(build_template(tmp_path / "template").database, tmp_path / "ledger.sqlite"))


async def shown(running: Running, path: str, schema: str) -> dict[str, Any]:
    found: dict[str, Any] = await running.get(path)
    check(found, {"$ref": f"#/components/schemas/{schema}"})
    return found


async def fail(running: Running, occurrence: str, seq: int) -> None:
    """R1 tells its condition, raises a fault and sends a frame; ends when that is committed."""
    feature = act.ConditionFeature("vacuum_leak_mbar_s", "H1", 40, 16.0, 20.0)
    fault = RobotFault(occurrence, "VAC-14", 3, START_AT, location="A-07-013")
    for action in (
        act.RobotPresence("R1", 1, "online"),
        act.RobotCondition("R1", 1, START_AT - 300.0, START_AT, (feature,)),
        act.RobotEvent("R1", 1, seq, act.FaultRaised(fault)),
        act.RobotFrames("R1", (act.TelemetryFrame(START_AT, (("vacuum_mbar", -380.0), ("x_mm", (1.0, 2.0, 3.0)))),)),
    ):
        running.engine.submit(action)
    # An answered request of a person comes after what was submitted before it.
    await running.post("chores/pause", {"scope": "R2", "reason": "quiet", "actor": "Ann"})


async def test_a_fault_is_kept_shown_settled_and_exported(database: Path, tmp_path: Path) -> None:
    async with controller(database) as running:
        await fail(running, "R1-1-F1", 1)
        (listed,) = (await shown(running, "faults?standing=true", "FaultPage"))["items"]
        assert (listed["fault_id"], listed["code"]) == ("F-000001", "VAC-14")
        detail = await shown(running, "faults/F-000001", "FaultDetail")
        assert detail["suspects"]
        recording = await shown(running, "faults/F-000001/recording", "RecordingAnswer")
        answer = await running.post("faults/F-000001/finding", FINDING, "k1")
        assert answer.status_code == 200, answer.text
        content = {"detail": detail, "recording": recording}
        write_fault(tmp_path / "fault.json", content)
    assert read_fault(tmp_path / "fault.json") == content
    assert {line["kind"] for line in recording["lines"]} == {"condition", "report", "state", "telemetry"}
    async with controller(database) as running:
        await fail(running, "R1-1-F2", 2)
        similar = await shown(running, "faults/F-000002/similar", "SimilarFaults")
        assert similar["cures"] == [{"cause": "worn_cup", "remedy": "replace_cup", "times": 1}]
