"""How kept promises are counted: the figures of the calibration page."""

from pathlib import Path

from controller.domain.order import OrderClass
from tests.calibration.kept import ALL, Judged, Share, kept_by_class, on_time_by_bucket, read_csv, write_csv
from tests.calibration.page import write_pages


def _one(number: int, took_s: float, told: float = 0.95, order_class: OrderClass = OrderClass.ROUTINE) -> Judged:
    on_time = took_s < 300.0
    return Judged("101", f"T{number}", order_class, 1_795_420_800.0 + number, 60.0, 100.0, took_s, told, on_time)


JUDGED = [
    _one(1, 50.0),
    _one(2, 100.0),
    _one(3, 100.5, 0.3),
    _one(4, 400.0, 0.3, OrderClass.DISCHARGE),
]


def test_a_promise_is_kept_up_to_its_moment() -> None:
    assert kept_by_class(JUDGED, 0.9) == {
        ALL: Share(4, 2, 0.9),
        "discharge": Share(1, 0, 0.9),
        "routine": Share(3, 2, 0.9),
    }


def test_what_was_told_beside_what_was_seen() -> None:
    filled = [bucket for bucket in on_time_by_bucket(JUDGED) if bucket[2].orders]
    assert filled == [(0.0, 0.5, Share(2, 1, 0.3)), (0.9, 0.97, Share(2, 2, 0.95))]


def test_raw_figures_are_added_to_and_read_again(tmp_path: Path) -> None:
    raw = tmp_path / "judged.csv"
    write_csv(raw, JUDGED[:2])
    write_csv(raw, JUDGED[2:])
    assert read_csv(raw) == JUDGED


def test_the_page_says_what_was_counted_and_is_the_same_each_time(tmp_path: Path) -> None:
    for attempt in ("first", "second"):
        write_pages(tmp_path / attempt, JUDGED, 7)
    texts = [[file.read_text() for file in sorted((tmp_path / attempt).iterdir())] for attempt in ("first", "second")]
    assert texts[0] == texts[1]
    page = (tmp_path / "first" / "calibration.md").read_text()
    assert "| routine | 3 | **66.7%** |" in page
    assert "| 0% to 50% | 2 | 30.0% | 50.0% |" in page
    table = (tmp_path / "first" / "calibration.csv").read_text().splitlines()
    assert table[1] == "101,2026-11-23,all,4,2,0.5000,3"
