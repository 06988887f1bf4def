"""The table of hidden causes is whole: every fault has one, every one shows somewhere and can be cured."""

from collections import defaultdict

import pytest

from simulator.hardware.catalogue import ALARMS_A_DAY, ROWS
from simulator.hardware.causes import CAUSES, REMEDIES, causes_of
from simulator.hardware.causes.kinds import PLACE, CauseKind, Growth, Moment, Shift
from simulator.hardware.signals import GAUGES
from simulator.mishaps import RESET

COUNTED = {
    ("grip_time_s", "H1"),
    ("grip_retries", "H1"),
    ("grip_retries", PLACE),
    ("shelf_edge_mm", PLACE),
    ("read_rate", "IN-1"),
}
KINDS = list(CAUSES.values())


def named(kind: CauseKind) -> str:
    return kind.cause


def shifts_of(kind: CauseKind) -> list[Shift]:
    return [*kind.shifts, *(shift for strike in kind.strikes for shift in strike.symptoms)]


def test_every_row_of_the_catalogue_has_a_cause_and_no_cause_another_code() -> None:
    assert {strike.code for kind in KINDS for strike in kind.strikes} == set(ROWS)
    assert {kind.strikes[0].code for kind in KINDS} == set(ROWS)


def test_the_causes_of_a_code_share_its_faults() -> None:
    shares: dict[str, float] = defaultdict(float)
    for kind in KINDS:
        shares[kind.strikes[0].code] += kind.share
    assert dict(shares) == {code: pytest.approx(1.0) for code in ROWS}


def test_the_disturbances_are_those_of_table_b() -> None:
    assert pytest.approx(6.9, abs=0.05) == ALARMS_A_DAY
    assert pytest.approx(0.0048, abs=0.0001) == ALARMS_A_DAY / 1430.0


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_cause_shifts_only_what_is_measured(kind: CauseKind) -> None:
    known = {(gauge.feature, gauge.subject) for gauge in GAUGES} | COUNTED
    assert {(shift.feature, shift.subject) for shift in shifts_of(kind)} <= known


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_a_cause_can_be_cured_and_not_by_a_reset(kind: CauseKind) -> None:
    assert kind.remedies
    assert {*kind.remedies, *kind.mild_remedies} <= set(REMEDIES) - {RESET}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.growth is not Growth.SUDDEN], ids=named)
def test_what_grows_shows_before_it_strikes(kind: CauseKind) -> None:
    assert kind.grows > 0.0
    assert 0.0 < kind.strikes_from < 1.0
    assert kind.shifts


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_two_causes_of_one_fault_are_told_apart_by_what_they_show(kind: CauseKind) -> None:
    code = kind.strikes[0].code
    for other in (other for other in KINDS if other.strikes[0].code == code and other is not kind):
        assert shifts_of(kind) != shifts_of(other) or kind.subject is not other.subject


def test_a_code_stands_for_its_usual_cause() -> None:
    assert causes_of("VAC-14")[0].cause == "worn_cup"
    assert [kind.cause for kind in causes_of("GRP-11")] == ["low_friction_pack", "worn_jaw", "worn_cup"]
    assert causes_of("ABC-99") == []


def test_nothing_is_counted_by_the_hour_and_by_the_motion_alike() -> None:
    for kind in KINDS:
        assert len({strike.moment is Moment.CLOCK for strike in kind.strikes}) == 1
