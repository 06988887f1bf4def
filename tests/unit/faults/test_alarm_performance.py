"""How good the alarms are: loads, floods, what is stale, what chatters."""

from dataclasses import replace

import pytest

from controller.domain.alarm import Alarm, Priority
from controller.faults.alarm_performance import Frequent, Performance, measure

HOUR_S = 3600.0


def _alarm(number: int, at: float, condition: str = "robot.lane/R1", priority: Priority = Priority.LOW) -> Alarm:
    kind, _, subject = condition.partition("/")
    return Alarm(
        f"A-{number:06d}", condition, kind, subject, priority, "x", at, at + 60.0, last_active_at=at, ended_at=at + 9.0
    )


def _measured(*alarms: Alarm, standing: tuple[Alarm, ...] = (), operators: float = 1.0) -> Performance:
    return measure(alarms, standing, since=0.0, until=24 * HOUR_S, operators=operators)


def test_a_quiet_day() -> None:
    found = _measured()
    assert (found.raised, found.peak_ten_minutes, found.peak_at, found.flood_share) == (0, 0, None, 0.0)
    assert found.top == ()


def test_load_is_by_operator_and_hour() -> None:
    alarms = [_alarm(n, n * 600.0) for n in range(144)]
    assert _measured(*alarms, operators=2.0).per_operator_hour == pytest.approx(3.0)


def test_what_is_hidden_is_no_load() -> None:
    hidden = replace(_alarm(2, 5.0), suppressed=True, root="A-000001")
    found = _measured(_alarm(1, 1.0), hidden)
    assert (found.raised, found.suppressed) == (1, 1)


def test_eleven_in_ten_minutes_are_a_flood_and_ten_are_not() -> None:
    ten = [_alarm(n, 1200.0 + n) for n in range(10)]
    assert _measured(*ten).flood_share == 0.0
    assert _measured(*ten, _alarm(11, 1300.0)).flood_share == pytest.approx(1 / 144)


def test_the_peak_may_lie_across_two_periods() -> None:
    found = _measured(*(_alarm(n, 590.0 + 4 * n) for n in range(6)), _alarm(9, 9000.0))
    assert (found.peak_ten_minutes, found.peak_at) == (6, 590.0)


def test_priorities_and_the_most_frequent() -> None:
    found = _measured(
        _alarm(1, 1.0), _alarm(2, 900.0), _alarm(3, 1800.0, "robot.estop/R2", Priority.CRITICAL), _alarm(4, 1900.0)
    )
    assert found.by_priority[Priority.CRITICAL] == 1
    assert found.by_priority[Priority.LOW] == 3
    assert found.top[0] == Frequent("robot.lane/R1", 3, 0.75)


def test_a_day_makes_an_alarm_stale() -> None:
    young = replace(_alarm(1, 1.0), ended_at=None)
    old = replace(_alarm(2, -1.0), ended_at=None)
    found = _measured(young, standing=(young, old))
    assert (found.standing, found.stale) == (2, ("A-000002",))


@pytest.mark.parametrize("kind", ["robot.warning", "robot.maintenance_due", "recall.drill_due"])
def test_advice_stands_until_a_quiet_hour_and_is_never_stale(kind: str) -> None:
    advice = replace(_alarm(1, -HOUR_S, f"{kind}/R1"), ended_at=None)
    found = _measured(standing=(advice, replace(_alarm(2, -HOUR_S), ended_at=None)))
    assert (found.standing, found.stale) == (2, ("A-000002",))


def test_three_times_a_minute_is_chatter() -> None:
    chattering = replace(_alarm(1, 0.0, "robot.door/R1"), times=10, last_active_at=180.0)
    slow = replace(_alarm(2, 0.0), times=10, last_active_at=190.0)
    assert _measured(chattering, slow).chattering == ("robot.door/R1",)
