"""Which faults come when: a list made from a seed and rates, or written by hand. Pure.

Three kinds for now: `stop` (the machine holds until somebody has cleared it), `drop` (the next picked pack slips from
the gripper) and `reboot` (a power cycle).
"""

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.hardware.luck import Luck, spread

DAY_S = 86_400.0
PICKS_A_DAY = 1430.0
"""Of one robot on an average day (Table B); for days of which nobody knows the orders."""


class FaultKind(enum.StrEnum):
    STOP = "stop"
    DROP = "drop"
    REBOOT = "reboot"


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """At site time `at`, or as seconds from the start where a person wrote the plan."""

    at: float
    robot: str
    kind: FaultKind
    code: str
    minutes: float


@dataclass(frozen=True, slots=True)
class FaultRates:
    """`disturbed` is the share of picks with an alarm: 0.5 % in a good year, 1.2 % in a poor one (domain notes 3.1)."""

    disturbed: float
    drops: float = 0.036
    """Share of the disturbances: GRP-11 every 4 days among 6.9 alarms a day (Table B)."""
    self_clearing: float = 0.75
    """Share of the stops that a retry clears in about 0.3 min (Table B)."""
    retry_min: float = 0.3
    operator_min: float = 4.0
    operator_sigma: float = 0.86
    """90 % of operator stops within 12 min (Table A)."""
    reboot_days: float = 60.0
    """MTBF of NET-92; its MTTR below (Table B)."""
    reboot_min: float = 20.0


RATES = {"normal": FaultRates(0.005), "poor": FaultRates(0.012)}

STOP_CODES = (("AXX-01", 0.50), ("AXZ-05", 0.17), ("AXR-06", 0.10), ("CNV-40", 0.23))
"""Level 2 faults of Table B and their shares among stops, from their MTBF."""


class FaultPlanError(ValueError):
    """The text is no fault plan; it says where."""


def plan_faults(
    rates: FaultRates,
    robots: Sequence[str],
    luck: Luck,
    from_at: float,
    to_at: float,
    picks_a_day: float = PICKS_A_DAY,
) -> list[PlannedFault]:
    """The faults of a span of site time, in their order, each robot's arriving at random (Poisson).

    `picks_a_day` are those of one robot: who works less is disturbed less.
    """
    plan: list[PlannedFault] = []
    for robot in robots:
        alarms_a_day = rates.disturbed * picks_a_day
        for at in _arrivals(luck, alarms_a_day, from_at, to_at):
            if luck.random() < rates.drops:
                plan.append(PlannedFault(at, robot, FaultKind.DROP, "GRP-11", 0.0))
            else:
                plan.append(PlannedFault(at, robot, FaultKind.STOP, _stop_code(luck), _stop_min(rates, luck)))
        for at in _arrivals(luck, 1.0 / rates.reboot_days, from_at, to_at):
            plan.append(PlannedFault(at, robot, FaultKind.REBOOT, "NET-92", rates.reboot_min))
    return sorted(plan, key=lambda fault: (fault.at, fault.robot, fault.kind))


def read_plan(text: str, start_at: float, robots: Sequence[str]) -> list[PlannedFault]:
    """The faults of a plan written by hand; FaultPlanError where the text is none.

    A JSON list of {"t": seconds from the start, "robot", "what"}, with "minutes" and "code" where wanted.
    """
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise FaultPlanError(f"not JSON: {error}") from error
    if not isinstance(rows, list):
        raise FaultPlanError("a fault plan is a list")
    plan = [_planned(row, place, start_at, robots) for place, row in enumerate(rows)]
    return sorted(plan, key=lambda fault: (fault.at, fault.robot, fault.kind))


def _planned(row: Any, place: int, start_at: float, robots: Sequence[str]) -> PlannedFault:
    try:
        kind = FaultKind(row["what"])
        code = {FaultKind.STOP: "AXX-01", FaultKind.DROP: "GRP-11", FaultKind.REBOOT: "NET-92"}[kind]
        fault = PlannedFault(
            start_at + float(row["t"]),
            str(row["robot"]),
            kind,
            str(row.get("code", code)),
            float(row.get("minutes", 1.0)),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FaultPlanError(f"fault {place}: {error!r}") from error
    if fault.robot not in robots:
        raise FaultPlanError(f"fault {place}: no robot {fault.robot}")
    return fault


def _arrivals(luck: Luck, a_day: float, from_at: float, to_at: float) -> list[float]:
    arrivals = []
    at = from_at + luck.expovariate(a_day / DAY_S)
    while at < to_at:
        arrivals.append(at)
        at += luck.expovariate(a_day / DAY_S)
    return arrivals


def _stop_code(luck: Luck) -> str:
    draw = luck.random()
    for code, share in STOP_CODES:
        draw -= share
        if draw < 0:
            return code
    return STOP_CODES[-1][0]


def _stop_min(rates: FaultRates, luck: Luck) -> float:
    if luck.random() < rates.self_clearing:
        return rates.retry_min
    return spread(luck, rates.operator_min, rates.operator_sigma)
