"""The site's clock: the machine's own, or one that processes agree on by three numbers."""

from types import SimpleNamespace

import pytest

from controller import system
from controller.domain.errors import Invalid
from controller.system import SiteClock, new_id, real_now


def test_without_a_start_it_is_the_machines_clock() -> None:
    before = real_now()
    assert before <= SiteClock().now() <= real_now()


def test_processes_with_the_same_three_numbers_agree() -> None:
    started_real_at = real_now() - 100.0
    first = SiteClock(60.0, 1_795_000_000.0, started_real_at)
    second = SiteClock(60.0, 1_795_000_000.0, started_real_at)
    assert first.now() == pytest.approx(second.now(), abs=600.0)
    assert first.now() >= 1_795_000_000.0 + 6_000.0


def test_durations_run_as_fast_as_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [500.0]
    monkeypatch.setattr(system, "time", SimpleNamespace(monotonic=lambda: shown[0], time=lambda: 0.0))
    slow, fast = SiteClock(), SiteClock(60.0)
    shown[0] += 2.0
    assert (slow.monotonic_s(), fast.monotonic_s()) == (2.0, 120.0)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    with pytest.raises(Invalid, match="above 0"):
        SiteClock(speed)


def test_ids_are_new_every_time() -> None:
    assert len({new_id() for _ in range(100)}) == 100
