"""Nine robots over a real Mosquitto that is killed: one alarm, nobody's silence beside it, and all come back."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from controller.intake.site import read_site
from simulator.scenarios import SMALL_SITE
from tests.support.centre_processes import CentreProcesses, Play, running_centre
from tests.support.mosquitto import Mosquitto
from tests.support.small_centre import START_AT

SPEED = 20.0
OUTAGE_S = 90.0
"""Site time: longer than any robot may be silent, and than any delay before an alarm."""
QUIET_S = 120.0
"""Site time after the return: longer than the alarm must have been gone."""
DEADLINE_S = 120.0


@pytest.mark.parametrize("persistent", [True, False], ids=["remembers", "forgets"])
async def test_a_killed_broker_is_one_alarm_and_all_nine_are_greeted_after_it(persistent: bool, tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path, persistent=persistent, each_change=False)
    await broker.start()
    try:
        play = Play(read_site(SMALL_SITE), START_AT, SPEED)
        async with running_centre(play, broker, f"sqlite:///{tmp_path / 'nightshift.sqlite'}", tmp_path) as centre:
            await _kill_and_look(centre, broker)
    finally:
        await broker.stop()


async def _kill_and_look(centre: CentreProcesses, broker: Mosquitto) -> None:
    async with httpx.AsyncClient(base_url=centre.api_url) as client:

        async def get(path: str) -> Any:
            return (await client.get(f"/api/v1/{path}", timeout=DEADLINE_S)).raise_for_status().json()

        async def all_greeted() -> bool:
            robots = (await get("robots"))["items"]
            return len(robots) == 9 and all(robot["trust"] == "ready" for robot in robots)

        async def site_time_is(at: float) -> bool:
            return centre.now() >= at

        await centre.until(all_greeted, DEADLINE_S, "greeted")
        assert await _shown(get) == []
        await broker.kill()
        back_at = centre.now() + OUTAGE_S
        await centre.until(lambda: site_time_is(back_at), DEADLINE_S, "long enough without a broker")
        assert await _shown(get) == [("site.link/small", "unacknowledged", "critical")]
        (standing,) = (await get("alarms"))["items"]
        assert {alarm["kind"] for alarm in standing["attached"]} <= {"robot.silent"}
        await broker.start()
        await centre.until(all_greeted, DEADLINE_S, "greeted again")
        quiet_at = centre.now() + QUIET_S
        await centre.until(lambda: site_time_is(quiet_at), DEADLINE_S, "quiet again")
        assert await _shown(get) == [("site.link/small", "returned", "critical")], "it waits to be seen"
        history = (await get("alarms/history?limit=100"))["items"]
        of_contact = [alarm["condition"] for alarm in history if alarm["kind"].startswith(("site.", "robot.silent"))]
        assert of_contact.count("site.link/small") == 1
        alarm_id = standing["alarm"]["alarm_id"]
        assert all(alarm["alarm_id"] == alarm_id or alarm["root"] == alarm_id for alarm in history if alarm["robot"])
        answer = await client.post(f"/api/v1/alarms/{alarm_id}/acknowledge", json={"actor": "Ann"})
        assert answer.status_code == 200, answer.text
        assert await _shown(get) == []


async def _shown(get: Any) -> list[tuple[str, str, str]]:
    items = (await get("alarms"))["items"]
    return [(item["alarm"]["condition"], item["alarm"]["state"], item["alarm"]["priority"]) for item in items]
