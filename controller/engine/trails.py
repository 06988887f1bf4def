"""The trail of each open order: its tours, jobs, doubts and reasons, and when robots could not work meanwhile.

Kept beside the working set for one question: why an order is late. The rows are those that are written anyway; after a
start they are loaded for the orders that are open. A core that runs ahead of the clock keeps none.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from heapq import heappush

from controller.domain.decision import Decision
from controller.domain.doubt import Doubt
from controller.domain.fault import Fault
from controller.domain.order import Order
from controller.domain.task import Task, TaskKind
from controller.domain.tote import Tote, ToteStatus
from controller.domain.work import Work, WorkKind, WorkStatus
from controller.faults.catalogue import kind_of
from controller.scheduling.lateness_records import Standstill

STANDSTILLS_HELD_S = 3 * 86_400.0
"""An order that was held up longer ago than this has left or been given up."""


def standstill_of(fault: Fault, from_at: float, until_at: float | None = None) -> Standstill:
    """The robot's, because of the fault."""
    why = f"{fault.code} {kind_of(fault.code).title}"
    return Standstill(fault.robot, from_at, until_at, why, fault.fault_id, fault.code)


@dataclass(slots=True)
class Trail:
    tours: dict[str, Task] = field(default_factory=dict)
    works: dict[str, Work] = field(default_factory=dict)
    doubts: dict[str, Doubt] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    """By the tour or job that came of each."""
    refused: set[str] = field(default_factory=set)
    """Checks that refused their tote."""
    lacking: list[tuple[float, float]] = field(default_factory=list)
    """Times, over now, in which something that it wanted was not in stock."""
    lacking_since: float | None = None


@dataclass(slots=True)
class Trails:
    of_order: dict[str, Trail] = field(default_factory=dict)
    standstills: deque[Standstill] = field(default_factory=deque)
    """Over now, oldest first."""
    standing: dict[str, Standstill] = field(default_factory=dict)
    """Robot → since when it cannot work, and why."""
    due: list[tuple[float, str]] = field(default_factory=list)
    """Heap of (when it is due, order); those that have gone are passed over."""
    lacking: dict[str, None] = field(default_factory=dict)
    """Orders that want something that is not in stock…"""
    lacking_at: float = 0.0
    """…asked again then."""

    def begin(self, order: Order) -> Trail:
        """The order's trail; from now on it has one."""
        if order.order_ref not in self.of_order:
            self.of_order[order.order_ref] = Trail()
            heappush(self.due, (order.due_at, order.order_ref))
        return self.of_order[order.order_ref]

    def add(
        self,
        tasks: Iterable[Task] = (),
        works: Iterable[Work] = (),
        doubts: Iterable[Doubt] = (),
        decisions: Iterable[Decision] = (),
    ) -> None:
        """Rows that have changed; those of orders that have no trail are passed over."""
        for task in tasks:
            if task.kind is TaskKind.PICK and (trail := self.of_order.get(task.order_ref or "")):
                trail.tours[task.task_id] = task
        for work in works:
            if trail := self.of_order.get(work.order_ref or ""):
                trail.works[work.work_id] = work
        for doubt in doubts:
            if trail := self.of_order.get(doubt.order_ref or ""):
                trail.doubts[doubt.doubt_id] = doubt
        for decision in decisions:
            if trail := self.of_order.get(decision.order_ref):
                trail.decisions[decision.work_ref] = decision

    def mark_refused(self, works: Iterable[Work], totes: Mapping[str, Tote]) -> None:
        """Which of these checks have refused their tote: it was emptied."""
        for work in works:
            tote = totes.get(work.tote_id or "")
            if work.kind is WorkKind.CHECK and work.status is WorkStatus.DONE and tote is not None:
                trail = self.of_order.get(work.order_ref or "")
                if trail is not None and tote.status is ToteStatus.EMPTIED:
                    trail.refused.add(work.work_id)

    def remember(self, faults: Iterable[Fault]) -> None:
        """After a start: the stops of the last days, by their faults."""
        for fault in sorted(faults, key=lambda fault: fault.raised_at):
            if fault.level <= 2 and fault.cleared_at is not None:
                until_at = max(fault.cleared_at, fault.raised_at + fault.stopped_s)
                self.standstills.append(standstill_of(fault, fault.raised_at, until_at))

    def stands(self, standstill: Standstill) -> None:
        self.standing[standstill.robot] = standstill

    def works_again(self, robot: str, at: float) -> None:
        standstill = self.standing.pop(robot, None)
        if standstill is not None:
            self.standstills.append(replace(standstill, until_at=at))
        while self.standstills and (self.standstills[0].until_at or 0.0) < at - STANDSTILLS_HELD_S:
            self.standstills.popleft()
