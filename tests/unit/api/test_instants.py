"""Times at the edge: one form out, any zone in, nothing vague."""

from datetime import date

import pytest

from controller.api.instants import instant, read_day, read_instant, with_instants
from tests.unit.api.small_centre import NOW


@pytest.mark.parametrize(
    ("epoch_s", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (NOW, "2026-11-23T08:00:00.000Z"),
        (NOW + 0.0019, "2026-11-23T08:00:00.001Z"),
        (NOW + 0.9999, "2026-11-23T08:00:00.999Z"),
    ],
)
def test_out(epoch_s: float, text: str) -> None:
    assert instant(epoch_s) == text


@pytest.mark.parametrize(
    ("text", "epoch_s"),
    [
        ("2026-11-23T08:00:00Z", NOW),
        ("2026-11-23t08:00:00.250z", NOW + 0.25),
        ("2026-11-23T09:00:00+01:00", NOW),
        ("2026-11-23T03:00:00-05:00", NOW),
    ],
)
def test_in(text: str, epoch_s: float) -> None:
    assert read_instant(text) == epoch_s


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:00:00",
        "2026-11-23",
        "2026-11-23 08:00:00Z",
        "2026-11-23T08:00Z",
        "2026-11-23T25:00:00Z",
        "now",
        "",
        0,
        None,
    ],
)
def test_vague_times_are_refused(text: object) -> None:
    with pytest.raises(ValueError):
        read_instant(text)


@pytest.mark.parametrize("text", ["20261123", "2026-W48-1", "2026-11-31", "２０２６-11-23", 20261123, None])
def test_vague_days_are_refused(text: object) -> None:
    with pytest.raises(ValueError):
        read_day(text)


def test_a_day() -> None:
    assert read_day("2028-02-29") == date(2028, 2, 29)


def test_times_deep_in_an_answer() -> None:
    answer = {"due_at": NOW, "at": 5, "sent_at": None, "work": {"packs": [{"taken_at": 0}], "n": 1.5}}
    assert with_instants(answer) == {
        "due_at": "2026-11-23T08:00:00.000Z",
        "at": 5,
        "sent_at": None,
        "work": {"packs": [{"taken_at": "1970-01-01T00:00:00.000Z"}], "n": 1.5},
    }
