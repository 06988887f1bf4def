"""A simulator that comes up later than its site time began plays what was ordered in the meantime."""

from datetime import UTC, datetime
from pathlib import Path

from controller.system import real_now
from simulator.__main__ import build_centre
from simulator.centre import DeskAsks
from simulator.clock import SiteClock
from simulator.desk import PlaceOrder
from simulator.scenarios import SMALL_SITE
from simulator.state import StateDirectory

START_AT = datetime(2026, 11, 23, 7, 50, tzinfo=UTC).timestamp()


def test_orders_since_the_beginning_are_not_left_out(tmp_path: Path) -> None:
    clock = SiteClock(1.0, START_AT, real_now() - 600.0)
    kept = StateDirectory(tmp_path, clock.start_at)
    centre = build_centre(SMALL_SITE, 7, "none", kept, clock)
    asked = [output.request for output in centre.advance(clock.now()) if isinstance(output, DeskAsks)]
    kept.close()
    placed = [request.order_ref for request in asked if isinstance(request, PlaceOrder)]
    assert placed == ["D11230030", "R11230031", "R11230032"]
