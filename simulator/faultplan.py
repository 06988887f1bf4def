"""Faults written by hand: which, when, in which robot. Pure.

A row either names a cause, or a code for its usual cause, with a severity; what robots share may begin at several of
them as one event ("robot" a list of names, or "ALL"). Or `what` shall happen whatever the reason:
`stop` (the machine holds until somebody has cleared it), `drop` (the next picked pack slips from the gripper) and
`reboot` (a power cycle).
"""

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.hardware.causes import CAUSES, causes_of
from simulator.shared import SHARED, robots_in


class FaultKind(enum.StrEnum):
    STOP = "stop"
    DROP = "drop"
    REBOOT = "reboot"
    CAUSE = "cause"
    """A hidden cause begins; what follows is its own affair."""


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """At site time `at`, or as seconds from the start where a person wrote the plan."""

    at: float
    robot: str
    """For a cause also several with commas between, or ALL."""
    kind: FaultKind
    code: str | None
    minutes: float = 1.0
    cause: str | None = None
    severity: float = 1.0


class FaultPlanError(ValueError):
    """The text is no fault plan; it says where."""


def read_plan(text: str, start_at: float, robots: Sequence[str]) -> list[PlannedFault]:
    """The faults of a plan written by hand; FaultPlanError where the text is none.

    A JSON list of {"t": seconds from the start, "robot"} and either "cause" or "code" or both, with "severity" (above
    0, at most 1), or "what", with "minutes" and "code" where wanted.
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
        if "what" not in row:
            return _caused(row, place, start_at, robots)
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
    return _of_site(fault, place, robots)


def _caused(row: dict[str, Any], place: int, start_at: float, robots: Sequence[str]) -> PlannedFault:
    cause, code, severity = row.get("cause"), row.get("code"), float(row.get("severity", 1.0))
    unknown = [word for word in row if word not in ("t", "robot", "cause", "code", "severity")]
    if unknown or not 0.0 < severity <= 1.0:
        raise ValueError(f"{unknown or severity}")
    if cause is not None and cause not in CAUSES:
        raise ValueError(f"no cause {cause!r}")
    if code is not None and cause not in (None, *(kind.cause for kind in causes_of(str(code)))):
        raise ValueError(f"{cause} does not bring about {code!r}")
    if cause is None and not causes_of(str(code)):
        raise ValueError(f"no fault {code!r}")
    at, named = start_at + float(row["t"]), row["robot"]
    where = ",".join(map(str, named)) if isinstance(named, list) else str(named)
    fault = PlannedFault(at, where, FaultKind.CAUSE, code, cause=cause, severity=severity)
    if where in robots:
        return fault
    robots_in(where, robots)
    begins = cause or causes_of(str(code))[0].cause
    if begins not in SHARED:
        raise ValueError(f"{begins} sits in one machine; robots share {', '.join(sorted(SHARED))}")
    return fault


def _of_site(fault: PlannedFault, place: int, robots: Sequence[str]) -> PlannedFault:
    if fault.robot not in robots:
        raise FaultPlanError(f"fault {place}: no robot {fault.robot}")
    return fault
