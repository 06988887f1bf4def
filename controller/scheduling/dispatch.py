"""Which order a source (a robot, an area for picking by hand) serves next.

The apparent tardiness cost of an order (ATC, Vepsalainen and Morton 1987) with the order, not the line, as the unit,
and comparative advantage between the holders of a product; measured against other policies in SCHEDULING.md and by
`make bench-scheduling`. As logarithms:

    index(order, now) = log weight − log(left + batch_offset) − max(0, slack) / look_ahead
    slack             = wanted_at − now − the work of the order's slowest source
    score(order, r)   = index − advantage · (backlog of r − backlog of the least busy other holder) / look_ahead

An order that is late doubles its weight every `double_every_s`: nothing waits for ever. A free source *pulls*;
nothing is bound to it earlier (late binding). Ties go to the older order.

While nothing of an order changes, its index first grows with slope 1 / look_ahead (waiting), then stands still
(critical), then grows with slope log 2 / double_every (late). So three heaps a source give the exact best without
sorting again as time passes; what has changed is pushed again, and what is out of date is dropped when it comes up.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import log
from typing import Generic, TypeVar

from controller.domain.order import OrderClass

T = TypeVar("T")

LOADING_LEAD_S = 25 * 60.0
"""Belt, final check and loading take this long at the most, measured on the simulated centre; what goes by van is
wanted in its tote so long before the departure, a discharge order before its promise."""

_LOG_2 = log(2.0)
_MILLI = 1000.0
_AMONG = 4
"""So many of the best by index are compared by score."""
_SPARE = 64
"""Out-of-date heap entries that are tolerated beside as many as there are current ones."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The constants of the index.

    Defaults: best on the tuning instances of `make bench-scheduling`. SCHEDULING.md has 25 min, 6 and 10; its plant had
    longer ways to the van and no measure of a whole backlog as the price of a source.
    """

    look_ahead_s: float = 2700.0
    batch_offset: float = 2.0
    advantage: float = 1.0
    most_advantage: float = log(9.0)
    """No difference of backlogs counts more than a discharge order counts more than a routine one: otherwise a stream
    of orders that spare an overloaded source keeps a late order from its only holder, however late it is."""
    double_every_s: float = 2700.0
    weights: dict[OrderClass, float] = field(
        default_factory=lambda: {OrderClass.DISCHARGE: 9.0, OrderClass.URGENT: 3.0, OrderClass.ROUTINE: 1.0}
    )
    goods_in_weight: float = 0.2

    def __post_init__(self) -> None:
        if _LOG_2 * self.look_ahead_s > self.double_every_s:
            raise ValueError("late orders would gain faster than waiting ones: the queues would miss the best")


@dataclass(slots=True)
class Standing:
    """How one order stands: everything that its place in every queue follows from."""

    number: int
    """Counts orders as they came: the last word in every tie."""
    weight: float
    wanted_at: float
    """The last moment for its last pack to be in its tote: due minus the way to the van."""
    left: int
    """Packs that it still lacks, those in work included."""
    shares: dict[str, float]
    """Source → seconds of work that the order has there, shared fairly between the holders of each line."""
    blocked_until: float = 0.0
    """A line's only holder is out of service until then: the other lines need not hurry before it."""

    @property
    def begin_by(self) -> float:
        """The last moment at which it can be begun and still be in time."""
        return _late_from(self) - max(self.shares.values(), default=0.0)


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """The order that a source serves next, and what it beat. `tour` is what the caller made of it."""

    standing: Standing
    tour: T
    index: float
    score: float
    runner_up: Standing | None
    runner_up_score: float | None
    waiting: int
    """Orders that want something of this source, this one included."""


class Dispatch:
    """The queues of all sources. Same calls, same choices; the order in which standings are put does not matter."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self._standings: dict[int, Standing] = {}
        self._versions: dict[int, int] = {}
        self._queues: dict[str, _Queue] = {}
        self._put = 0

    # ---- what is wanted ---------------------------------------------------------------------------------

    def put(self, standing: Standing) -> None:
        """Say how an order stands now; takes the place of what was said before. Brings it back where it was parked."""
        self._forget(standing.number)
        self._put += 1
        self._standings[standing.number] = standing
        self._versions[standing.number] = self._put
        key = self._waiting_key(standing)
        for source, share_s in standing.shares.items():
            queue = self._queue(source)
            queue.add(standing.number, self._put, key, round(share_s * _MILLI))
            if queue.entries > 2 * len(queue.present) + _SPARE:
                queue.tidy(self._versions)

    def drop(self, number: int) -> None:
        """The order wants nothing more; harmless where it is not known."""
        self._forget(number)
        self._standings.pop(number, None)
        self._versions.pop(number, None)

    def clear(self) -> None:
        """Forget everything."""
        self._standings.clear()
        self._versions.clear()
        self._queues.clear()

    # ---- questions --------------------------------------------------------------------------------------

    def standing(self, number: int) -> Standing | None:
        return self._standings.get(number)

    def waiting(self, source: str) -> int:
        """Orders that want something of the source, parked ones included."""
        queue = self._queues.get(source)
        return len(queue.present) if queue is not None else 0

    def backlog_s(self, source: str) -> float:
        """Work that waits there, each order with its fair share."""
        queue = self._queues.get(source)
        return queue.backlog_ms / _MILLI if queue is not None else 0.0

    def ahead_s(self, source: str, standing: Standing, now: float) -> float:
        """Of the work that waits there, what would be done before an order that stands like this."""
        queue = self._queues.get(source)
        if queue is None:
            return 0.0
        mine = self.index(standing, now)
        before = (
            share_ms
            for number, share_ms in queue.present.items()
            if number != standing.number and self.index(self._standings[number], now) >= mine
        )
        return sum(before) / _MILLI

    def index(self, standing: Standing, now: float) -> float:
        """The ATC index, as a logarithm."""
        value = self._critical_key(standing)
        slack_s = standing.begin_by - now
        if slack_s > 0.0:
            return value - slack_s / self.policy.look_ahead_s
        late_s = now - _late_from(standing)
        return value + (_LOG_2 * late_s / self.policy.double_every_s if late_s > 0.0 else 0.0)

    def best_index(self, source: str, now: float) -> float | None:
        """The index of the best order at the source; None where none wants anything of it."""
        queue = self._queues.get(source)
        if queue is None:
            return None
        for standing in self._best_first(queue, now):
            self._push_back(queue, standing.number)
            return self.index(standing, now)
        return None

    def goods_in_index(self, packs: int, due_at: float, now: float) -> float:
        """What it is worth to bring in `packs` that should be in by `due_at`: an order of little weight among others.

        Without its slack every delivery would go before what a van of the afternoon takes.
        """
        return self.index(Standing(0, self.policy.goods_in_weight, due_at, packs, {}), now)

    def choose(
        self,
        source: str,
        now: float,
        tour: Callable[[Standing], T | None],
        rivals: Callable[[Standing], Iterable[str]],
    ) -> Choice[T] | None:
        """The best order for the source by score, with what `tour` makes of it; None where nothing can be served.

        `tour` says what the source would do for an order, None where it can do nothing for it now: the order is
        parked there until it is put again. `rivals` names the other sources that could do the same.
        """
        queue = self._queues.get(source)
        if queue is None:
            return None
        found: list[tuple[float, float, Standing, T]] = []
        taken: list[int] = []
        for standing in self._best_first(queue, now):
            made = tour(standing)
            if made is None:
                queue.parked.add(standing.number)
                continue
            taken.append(standing.number)
            index = self.index(standing, now)
            found.append((index - self._price(source, rivals(standing)), index, standing, made))
            if len(found) == _AMONG:
                break
        for number in taken:
            self._push_back(queue, number)
        if not found:
            return None
        found.sort(key=lambda each: (-each[0], each[2].number))
        score, index, standing, made = found[0]
        second = found[1] if len(found) > 1 else None
        return Choice(
            standing,
            made,
            index,
            score,
            second[2] if second is not None else None,
            second[0] if second is not None else None,
            len(queue.present),
        )

    # ---- inside -----------------------------------------------------------------------------------------

    def _push_back(self, queue: "_Queue", number: int) -> None:
        queue.push_waiting(number, self._versions[number], self._waiting_key(self._standings[number]))

    def _price(self, source: str, rivals: Iterable[str]) -> float:
        """How much dearer the time of this source is than that of the cheapest other; 0 for a sole holder."""
        cheapest = min((self.backlog_s(rival) for rival in rivals), default=None)
        if cheapest is None:
            return 0.0
        policy = self.policy
        price = policy.advantage * (self.backlog_s(source) - cheapest) / policy.look_ahead_s
        return max(-policy.most_advantage, min(policy.most_advantage, price))

    def _best_first(self, queue: "_Queue", now: float) -> Iterator[Standing]:
        """Orders by index, best first; each is taken off the queue as it comes."""
        while True:
            self._settle(queue, now)
            best: tuple[float, int] | None = None
            best_heap: list[_Entry] | None = None
            for heap in (queue.waiting, queue.critical, queue.late):
                if heap:
                    number = heap[0][1]
                    rank = (-self.index(self._standings[number], now), number)
                    if best is None or rank < best:
                        best, best_heap = rank, heap
            if best is None or best_heap is None:
                return
            heappop(best_heap)
            queue.place.pop(best[1], None)
            yield self._standings[best[1]]

    def _settle(self, queue: "_Queue", now: float) -> None:
        """Bring each heap's top to where it belongs now, and drop what is out of date.

        The waiting line lies above the index of what has become critical or late, so only its top needs a look.
        """
        while queue.turning and queue.turning[0][0] <= now:
            _, number, version = heappop(queue.turning)
            if queue.is_at(queue.critical, number, version, self._versions):
                queue.move(queue.late, number, version, self._late_key(self._standings[number]))
        while queue.waiting:
            _, number, version = queue.waiting[0]
            if not queue.is_at(queue.waiting, number, version, self._versions):
                heappop(queue.waiting)
                continue
            standing = self._standings[number]
            if standing.begin_by > now:
                break
            heappop(queue.waiting)
            late_from = _late_from(standing)
            if late_from > now:
                queue.move(queue.critical, number, version, self._critical_key(standing))
                heappush(queue.turning, (late_from, number, version))
            else:
                queue.move(queue.late, number, version, self._late_key(standing))
        for heap in (queue.critical, queue.late):
            while heap and not queue.is_at(heap, heap[0][1], heap[0][2], self._versions):
                heappop(heap)

    def _waiting_key(self, standing: Standing) -> float:
        return self._critical_key(standing) - standing.begin_by / self.policy.look_ahead_s

    def _critical_key(self, standing: Standing) -> float:
        return log(standing.weight) - log(standing.left + self.policy.batch_offset)

    def _late_key(self, standing: Standing) -> float:
        return self._critical_key(standing) - _LOG_2 * _late_from(standing) / self.policy.double_every_s

    def _queue(self, source: str) -> "_Queue":
        queue = self._queues.get(source)
        if queue is None:
            queue = self._queues[source] = _Queue()
        return queue

    def _forget(self, number: int) -> None:
        old = self._standings.get(number)
        if old is not None:
            for source in old.shares:
                self._queues[source].remove(number)


def _late_from(standing: Standing) -> float:
    return max(standing.wanted_at, standing.blocked_until)


_Entry = tuple[float, int, int]
"""(negative key, order number, version)"""


class _Queue:
    """One source. An entry counts only in the heap that `place` names and with the order's present version."""

    __slots__ = ("backlog_ms", "critical", "late", "parked", "place", "present", "turning", "waiting")

    def __init__(self) -> None:
        self.waiting: list[_Entry] = []
        self.critical: list[_Entry] = []
        self.late: list[_Entry] = []
        self.turning: list[tuple[float, int, int]] = []
        """(when it becomes late, number, version) of what is critical."""
        self.place: dict[int, list[_Entry]] = {}
        self.present: dict[int, int] = {}
        """Order → its share in ms; whole numbers, so that the sum does not depend on the order of adding."""
        self.parked: set[int] = set()
        self.backlog_ms = 0

    @property
    def entries(self) -> int:
        return len(self.waiting) + len(self.critical) + len(self.late) + len(self.turning)

    def add(self, number: int, version: int, key: float, share_ms: int) -> None:
        self.present[number] = share_ms
        self.backlog_ms += share_ms
        self.push_waiting(number, version, key)

    def push_waiting(self, number: int, version: int, key: float) -> None:
        self.move(self.waiting, number, version, key)

    def move(self, heap: list[_Entry], number: int, version: int, key: float) -> None:
        self.place[number] = heap
        heappush(heap, (-key, number, version))

    def remove(self, number: int) -> None:
        self.backlog_ms -= self.present.pop(number, 0)
        self.parked.discard(number)
        self.place.pop(number, None)

    def tidy(self, versions: dict[int, int]) -> None:
        """Drop what is out of date, so that a queue is never much longer than the orders in it."""
        for heap in (self.waiting, self.critical, self.late):
            heap[:] = [entry for entry in heap if self.is_at(heap, entry[1], entry[2], versions)]
            heapify(heap)
        turning = set(self.turning)
        self.turning = [entry for entry in turning if self.is_at(self.critical, entry[1], entry[2], versions)]
        heapify(self.turning)

    def is_at(self, heap: list[_Entry], number: int, version: int, versions: dict[int, int]) -> bool:
        return versions.get(number) == version and self.place.get(number) is heap and number not in self.parked
