"""The site's clock of `nightshift up`: where it begins, and where it goes on after a stop or a kill."""

import math
import os
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from controller.domain.errors import Invalid
from controller.intake.site import SiteFolder
from controller.system import SiteClock

MORNING = time(7, 50)
"""Before the wards order and before the first vans: something happens at once."""
SAVED_EVERY_S = 1.0
"""Real seconds."""
_FILE = "site-time"


def first_morning(found: SiteFolder) -> float:
    """The local morning of the first day for which the folder has orders. Invalid where it has none."""
    days = sorted(file.stem for file in (found.folder / "orders").glob("????-??-??.csv"))
    if not days:
        raise Invalid(f"{found.folder / 'orders'} holds no orders (YYYY-MM-DD.csv): add some, or say --start.")
    day = datetime.fromisoformat(days[0]).date()
    return datetime.combine(day, MORNING, ZoneInfo(found.master.site.timezone)).timestamp()


def resume_at(folder: Path) -> float | None:
    """A whole site second that no clock of an earlier run on this folder has reached; None before the first run."""
    try:
        return float((folder / _FILE).read_text())
    except FileNotFoundError:
        return None
    except ValueError:
        raise Invalid(f"{folder / _FILE} does not hold a time: choose another folder with --data.") from None


async def keep_site_time(folder: Path, clock: SiteClock) -> None:
    """Save, again and again, a time that the clock will not reach before it is saved again. Never ends by itself."""
    while True:
        save_site_time(folder, clock)
        await clock.sleep(SAVED_EVERY_S * clock.speed)


def save_site_time(folder: Path, clock: SiteClock) -> None:
    """A little later than now: nobody who has this clock goes on for so long."""
    ahead_s = 3 * SAVED_EVERY_S * clock.speed
    file, new = folder / _FILE, folder / f"{_FILE}.new"
    new.write_text(f"{math.ceil(clock.now() + ahead_s)}\n")
    os.replace(new, file)
