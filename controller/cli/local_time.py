"""Instants of the API as the clocks of the site show them."""

from datetime import datetime
from zoneinfo import ZoneInfo

WEEKDAY = "%a %H:%M"
"""`Mon 10:42`: of this week."""
DAY = "%a %d %b %H:%M"
DATE = "%Y-%m-%d %H:%M"


def local(instant: str, zone: ZoneInfo, form: str = WEEKDAY) -> str:
    """An instant in ISO 8601, in the form of `strftime`."""
    return datetime.fromisoformat(instant).astimezone(zone).strftime(form)
