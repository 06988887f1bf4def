"""From expected moments to promises: what is learned, how often they are kept, and what is told of lateness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.order import OrderClass
from controller.domain.promise import PROMISED_SHARE
from controller.scheduling.promise import ENOUGH, WINDOW, Calibration, Method, Trouble, lead_class

ROUTINE, DISCHARGE = OrderClass.ROUTINE, OrderClass.DISCHARGE
NOW = 1_000_000.0


def _settle(calibration: Calibration, residual_s: float, *, lead_s: float = 600.0, first: bool = True) -> bool:
    """One order expected in `lead_s` and done `residual_s` later; whether its promise was kept."""
    expected = calibration.expect(ROUTINE, Trouble.NONE, Method.QUICK, NOW, NOW + lead_s)
    actual_at = expected.expected_at + residual_s
    calibration.settle(expected, actual_at)
    if first:
        calibration.correct(ROUTINE, kept=actual_at <= expected.promised_at)
    return actual_at <= expected.promised_at


def _promised_s(calibration: Calibration, *, lead_s: float = 600.0, order_class: OrderClass = ROUTINE) -> float:
    return calibration.expect(order_class, Trouble.NONE, Method.QUICK, NOW, NOW + lead_s).promised_at - NOW


def _noise(count: int, scale_s: float, seed: int = 1) -> list[float]:
    """Uniform numbers between 0 and the scale, the same ones every time."""
    numbers, state = [], seed
    for _ in range(count):
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        numbers.append((state >> 11) / 2**53 * scale_s)
    return numbers


def test_before_anything_is_known_a_promise_has_a_margin() -> None:
    assert _promised_s(Calibration()) > 600.0 * 1.3


def test_what_was_learned_takes_the_place_of_the_prior() -> None:
    calibration = Calibration()
    for residual_s in _noise(2 * ENOUGH, 10.0):
        _settle(calibration, residual_s)
    assert 600.0 + 8.0 < _promised_s(calibration) <= 600.0 + 10.0


@pytest.mark.parametrize("scale_s", [5.0, 300.0, 7200.0])
def test_promises_are_kept_as_often_as_they_say_whatever_the_scale(scale_s: float) -> None:
    calibration = Calibration()
    kept = [_settle(calibration, residual_s) for residual_s in _noise(2000, scale_s)]
    assert sum(kept[200:]) / 1800 == pytest.approx(PROMISED_SHARE, abs=0.025)


def test_days_that_grow_worse_break_few_promises() -> None:
    """Residuals that drift upwards: the share is corrected, where a fixed one would be too low all the time."""
    calibration = Calibration()
    drift = [0.2 * place + extra for place, extra in enumerate(_noise(3000, 100.0))]
    kept = [_settle(calibration, residual_s) for residual_s in drift]
    assert sum(kept[500:]) / 2500 > 0.85


def test_only_first_promises_correct_the_share() -> None:
    told, silent = Calibration(), Calibration()
    for _ in range(5):
        _settle(told, 10_000.0)
        _settle(silent, 10_000.0, first=False)
    for calibration in (told, silent):
        for residual_s in _noise(WINDOW, 100.0):
            _settle(calibration, residual_s, first=False)
    assert _promised_s(told) > _promised_s(silent)


def test_situations_do_not_mix() -> None:
    calibration = Calibration()
    for residual_s in _noise(ENOUGH, 10.0):
        _settle(calibration, residual_s)
        _settle(calibration, 5000.0 + residual_s, lead_s=20_000.0)
    assert _promised_s(calibration) < 620.0
    assert _promised_s(calibration, lead_s=20_000.0) > 25_000.0


def test_a_new_situation_leans_on_its_class_before_the_prior() -> None:
    calibration = Calibration()
    for residual_s in _noise(ENOUGH, 10.0):
        _settle(calibration, residual_s, lead_s=600.0)
    assert _promised_s(calibration, lead_s=100.0) <= 110.0
    assert _promised_s(calibration, lead_s=100.0, order_class=DISCHARGE) > 150.0


def test_old_residuals_are_forgotten() -> None:
    calibration = Calibration()
    for residual_s in (*_noise(WINDOW, 5000.0), *_noise(WINDOW, 10.0)):
        _settle(calibration, residual_s, first=False)
    assert _promised_s(calibration) <= 610.0


def test_a_jam_is_learned_from_before_it_is_over() -> None:
    """Orders that are overdue count with what is known of them, as long as they are waited for."""
    calibration = Calibration()
    for residual_s in _noise(WINDOW, 10.0):
        _settle(calibration, residual_s)
    calm_s = _promised_s(calibration)
    stuck = [calibration.expect(ROUTINE, Trouble.NONE, Method.QUICK, NOW, NOW + 600.0) for _ in range(100)]
    calibration.wait_for(stuck, NOW + 600.0 + 3600.0)
    assert _promised_s(calibration) > calm_s + 3000.0
    calibration.wait_for(stuck, NOW + 300.0)
    assert _promised_s(calibration) == calm_s


def test_a_promise_is_never_for_the_past() -> None:
    calibration = Calibration()
    for _ in range(ENOUGH):
        _settle(calibration, -600.0)
    assert _promised_s(calibration) == 0.0


def test_probability_rises_with_the_limit_and_is_never_certain() -> None:
    calibration = Calibration()
    for residual_s in _noise(100, 60.0):
        _settle(calibration, residual_s)
    expected = calibration.expect(ROUTINE, Trouble.NONE, Method.QUICK, NOW, NOW + 600.0)
    told = [calibration.within(expected, NOW + 600.0 + limit_s) for limit_s in (-900, 0, 30, 60, 600, 7200)]
    assert told == sorted(told)
    assert told[0] < 0.01
    assert told[2] == pytest.approx(0.5, abs=0.1)
    assert 0.99 < told[3] < told[4] < told[5] < 1.0


def test_lead_classes() -> None:
    assert [lead_class(lead_s) for lead_s in (0.0, 300.0, 301.0, 3600.0, 1e6)] == [0, 0, 1, 2, 4]


@given(st.lists(st.floats(-1e4, 1e4), max_size=80), st.floats(0.0, 1e5))
def test_the_same_history_gives_the_same_promise(residuals: list[float], lead_s: float) -> None:
    first, second = Calibration(), Calibration()
    for calibration in (first, second):
        for residual_s in residuals:
            _settle(calibration, residual_s)
    assert _promised_s(first, lead_s=lead_s) == _promised_s(second, lead_s=lead_s)
    assert _promised_s(first, lead_s=lead_s) >= 0.0
