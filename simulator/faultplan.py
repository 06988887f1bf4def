"""Faults written by hand: which, when, in which robot. Pure.

A row either names a cause, or a code for its usual cause, with a severity; or `what` shall happen whatever the reason:
`stop` (the machine holds until somebody has cleared it), `drop` (the next picked pack slips from the gripper) and
`reboot` (a power cycle).
"""

import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.hardware.causes import CAUSES, causes_of


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
    at = start_at + float(row["t"])
    fault = PlannedFault(at, str(row["robot"]), FaultKind.CAUSE, code, cause=cause, severity=severity)
    return _of_site(fault, place, robots)


def _of_site(fault: PlannedFault, place: int, robots: Sequence[str]) -> PlannedFault:
    if fault.robot not in robots:
        raise FaultPlanError(f"fault {place}: no robot {fault.robot}")
    return fault
