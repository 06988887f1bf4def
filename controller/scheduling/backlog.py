"""What each source (a robot, an area for picking by hand) could do next, best first.

First honest policy: discharge and urgent orders before routine, then by the moment the order must be gathered, then
by age. A robot that is free *pulls* its best tour; nothing is bound to a robot earlier (late binding), so of several
holders the one that is free first serves, which is the one that finishes soonest.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from controller.domain.order import Order, OrderClass, OrderLine

Key = tuple[int, float, int, int]
"""(class rank, gather-by instant, order number, line number): a total order."""

LOADING_LEAD_S = 25 * 60.0
"""Belt, final check and loading take this long at the most, measured on the simulated centre; what goes by van is
wanted in its tote so long before the departure, a discharge order before its promise."""

_SCAN_LIMIT = 64
"""How many entries that FEFO forbids at this source are looked past in one pull."""


def priority(order: Order, line: OrderLine) -> Key:
    """The place of a line in every queue: smaller goes first."""
    rank = 1 if order.order_class is OrderClass.ROUTINE else 0
    return (rank, order.due_at - LOADING_LEAD_S, order.number, line.number)


@dataclass(frozen=True, slots=True)
class Pull:
    """One pack to take for one line."""

    line: int
    pack_id: str


@dataclass(frozen=True, slots=True)
class Tour:
    """What a source does next: packs of one order."""

    order_ref: str
    pulls: tuple[Pull, ...]


Candidates = Callable[[Order, OrderLine, int], list[str]]
"""Up to n pack ids that this source may take for the line now, in FEFO order."""


class Backlog:
    """A heap of lines for each source. Entries are checked when they are pulled, so stale ones cost nothing else."""

    def __init__(self) -> None:
        self._heaps: dict[str, list[Key]] = {}
        self._present: set[tuple[str, int, int]] = set()

    def add(self, source: str, order: Order, line: OrderLine) -> None:
        """The source has an available pack for this line. Adding it again changes nothing."""
        mark = (source, order.number, line.number)
        if mark not in self._present:
            self._present.add(mark)
            heappush(self._heaps.setdefault(source, []), priority(order, line))

    def waiting(self, source: str) -> int:
        """Lines that the source may be able to serve; stale entries included."""
        return len(self._heaps.get(source, ()))

    def pull(
        self,
        source: str,
        limit: int,
        *,
        order_of: Callable[[int], Order | None],
        holds: Callable[[str], bool],
        candidates: Candidates,
    ) -> Tour | None:
        """The best tour of at most `limit` packs of one order; None where there is nothing that may be taken.

        `order_of` finds an open order by number; `holds` tells whether the source has an available pack of a product.
        """
        heap = self._heaps.get(source)
        if not heap:
            return None
        passed: list[Key] = []
        tour: Tour | None = None
        while heap and tour is None and len(passed) < _SCAN_LIMIT:
            key = heappop(heap)
            self._present.discard((source, key[2], key[3]))
            order = order_of(key[2])
            line = None if order is None else order.lines[key[3] - 1]
            if order is None or line is None or line.reserved <= 0 or not holds(line.gtin):
                continue
            if priority(order, line) != key:
                self.add(source, order, line)
                continue
            pulls = _pulls(order, line, limit, candidates)
            if pulls:
                tour = Tour(order.order_ref, tuple(pulls))
            passed.append(key)
        for key in passed:
            order = order_of(key[2])
            if order is not None:
                self.add(source, order, order.lines[key[3] - 1])
        return tour

    def rebuild(self, entries: Iterable[tuple[str, Order, OrderLine]]) -> None:
        """Start again from what is wanted now."""
        self._heaps.clear()
        self._present.clear()
        for source, order, line in entries:
            mark = (source, order.number, line.number)
            if mark not in self._present:
                self._present.add(mark)
                self._heaps.setdefault(source, []).append(priority(order, line))
        for heap in self._heaps.values():
            heapify(heap)


def _pulls(order: Order, first: OrderLine, limit: int, candidates: Candidates) -> list[Pull]:
    """Packs for the tour: the line that won, then the others of its order, as many as fit."""
    pulls: list[Pull] = []
    for line in (first, *(other for other in order.lines if other is not first)):
        room = min(limit - len(pulls), line.reserved)
        if room > 0:
            taken = {pull.pack_id for pull in pulls}
            found = candidates(order, line, room)
            pulls.extend(Pull(line.number, pack_id) for pack_id in found if pack_id not in taken)
        if len(pulls) >= limit:
            break
    return pulls
