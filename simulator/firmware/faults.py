"""The faults that stand (RC-21): each occurrence has an id that is never used again."""

from controller.protocol.events import FaultCleared, FaultRaised
from controller.protocol.reports import ActiveFault
from simulator.firmware.reporter import Reporter

ROBOT_DOWN = 2
"""Faults of this level and below stop the machine."""


class StandingFaults:
    """Raised and cleared by the sensors; their content does not change in between."""

    def __init__(self, robot: str, generation: int, reporter: Reporter) -> None:
        self._prefix = f"{robot}-{generation}-F"
        self._reporter = reporter
        self._raised = 0
        self._standing: dict[str, ActiveFault] = {}

    @property
    def standing(self) -> tuple[ActiveFault, ...]:
        return tuple(self._standing.values())

    @property
    def robot_down(self) -> bool:
        return any(fault.level <= ROBOT_DOWN for fault in self._standing.values())

    def raise_fault(self, code: str, level: int, command_id: str | None = None, pack_id: str | None = None) -> str:
        """The occurrence id of the new fault."""
        self._raised += 1
        occurrence = f"{self._prefix}{self._raised}"
        fault = ActiveFault(
            occurrence=occurrence,
            code=code,
            level=level,
            raised_at=self._reporter.stamp(),
            command_id=command_id,
            pack_id=pack_id,
        )
        self._standing[occurrence] = fault
        self._reporter.event(FaultRaised(fault=fault))
        return occurrence

    def clear(self, occurrence: str) -> None:
        del self._standing[occurrence]
        self._reporter.event(FaultCleared(occurrence=occurrence))
