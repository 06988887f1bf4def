"""Site time of `nightshift up` begins where something happens and never goes back."""

import asyncio
from pathlib import Path

import pytest

from controller.cli.site_time import first_morning, keep_site_time, resume_at
from controller.domain.errors import Invalid
from controller.intake.site import read_site
from controller.system import SiteClock
from tests.support.sitefolders import write_site_folder


def test_begins_on_the_local_morning_of_the_first_day_with_orders(tmp_path: Path) -> None:
    found = read_site(write_site_folder(tmp_path))
    (tmp_path / "orders" / "2026-06-01.csv").touch()
    (tmp_path / "orders" / "2026-05-31.refused.csv").touch()
    assert first_morning(found) == 1780296600.0  # 2026-06-01 07:50 in London is 06:50 UTC


def test_a_folder_without_orders_says_what_to_do(tmp_path: Path) -> None:
    found = read_site(write_site_folder(tmp_path))
    (tmp_path / "orders" / "2026-11-23.csv").unlink()
    with pytest.raises(Invalid, match="--start"):
        first_morning(found)


async def test_goes_on_after_a_time_that_the_clock_had_not_reached(tmp_path: Path) -> None:
    assert resume_at(tmp_path) is None
    clock = SiteClock(60.0, 1_795_000_000.0)
    task = asyncio.create_task(keep_site_time(tmp_path, clock))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    saved = resume_at(tmp_path)
    assert saved is not None
    assert saved > clock.now()
    assert saved == int(saved)


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "site-time").write_text("tomorrow")
    with pytest.raises(Invalid, match="--data"):
        resume_at(tmp_path)
