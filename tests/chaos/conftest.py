"""What is played, and how much of it: see `make chaos`."""

from pathlib import Path

import pytest

SMALL_SITE = Path(__file__).parents[2] / "simulator" / "scenarios" / "small_site"


def pytest_addoption(parser: pytest.Parser) -> None:
    chaos = parser.getgroup("chaos")
    chaos.addoption("--site", type=Path, default=SMALL_SITE, help="A site folder (DATA-FORMATS).")
    chaos.addoption("--date", default="2026-11-23", help="The day, as its orders' file is named.")
    chaos.addoption("--from", dest="from_hour", type=float, default=10.0, help="UTC hour at which it begins.")
    chaos.addoption("--hours", type=float, default=1.0, help="How long orders and deliveries come; 24 is all.")
    chaos.addoption("--speed", type=float, default=60.0, help="Site seconds in a real second.")
    chaos.addoption("--out", type=Path, default=Path("out/chaos"), help="For the report, the records and the logs.")
