"""The faults that stand (RC-21): each occurrence has an id that is never used again."""

from collections.abc import Callable

from controller.protocol.events import FaultCleared, FaultRaised, FaultUpdated
from controller.protocol.reports import ActiveFault
from simulator.firmware.reporter import Reporter

ROBOT_DOWN = 2
"""Faults of this level and below stop the machine."""


class StandingFaults:
    """Raised and cleared by the sensors; their content does not change in between."""

    def __init__(
        self,
        robot: str,
        generation: int,
        reporter: Reporter,
        before: Callable[[], None],
        after: Callable[[], None],
    ) -> None:
        self._prefix = f"{robot}-{generation}-F"
        self._reporter = reporter
        self._before = before
        self._after = after
        self._raised = 0
        self._standing: dict[str, ActiveFault] = {}

    @property
    def standing(self) -> tuple[ActiveFault, ...]:
        return tuple(self._standing.values())

    @property
    def robot_down(self) -> bool:
        return any(fault.level <= ROBOT_DOWN for fault in self._standing.values())

    def knows(self, occurrence: str) -> bool:
        """Whether this fault stands."""
        return occurrence in self._standing

    def stands(self, codes: frozenset[str]) -> bool:
        """Whether a fault of one of the codes stands."""
        return bool(self._standing) and any(fault.code in codes for fault in self._standing.values())

    def raise_fault(
        self,
        code: str,
        level: int,
        command_id: str | None = None,
        pack_id: str | None = None,
        location: str | None = None,
        axis: str | None = None,
    ) -> str:
        """The occurrence id of the new fault. `before` and `after` it the robot tells what its sensors saw."""
        self._before()
        self._raised += 1
        occurrence = f"{self._prefix}{self._raised}"
        fault = ActiveFault(
            occurrence=occurrence,
            code=code,
            level=level,
            raised_at=self._reporter.stamp(),
            command_id=command_id,
            location=location,
            pack_id=pack_id,
            axis=axis,
        )
        self._standing[occurrence] = fault
        self._reporter.event(FaultRaised(fault=fault))
        self._after()
        return occurrence

    def update(self, occurrence: str, note: str) -> None:
        """Something new about a fault that stands."""
        self._reporter.event(FaultUpdated(occurrence=occurrence, note=note))

    def clear(self, occurrence: str) -> None:
        del self._standing[occurrence]
        self._reporter.event(FaultCleared(occurrence=occurrence))
