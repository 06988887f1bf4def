"""What the API needs of the engine: one way to ask for a change, one picture to read, one feed to follow."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Protocol

from controller.domain.alarm import Alarm, OutOfService
from controller.domain.calendar_change import CalendarChange
from controller.domain.chore import NightPause
from controller.domain.consequence import Consequence
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.fault import Fault
from controller.domain.goods_in import DeliveryLine
from controller.domain.journal import JournalEntry
from controller.domain.maintenance import ProcedureRun, Profile
from controller.domain.order import Order
from controller.domain.product import Product
from controller.domain.promise import Promise
from controller.domain.robot import Robot
from controller.domain.site import DeliveryRun, Destination, Site
from controller.domain.task import Task
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work
from controller.engine.actions import Idempotency, Request
from controller.engine.outages import HandPick
from controller.engine.trails import Trails
from controller.engine.workshop import Workshop
from controller.scheduling.calendar import Calendar
from controller.scheduling.dispatch import Standing
from controller.scheduling.times import LearnedTimes
from controller.scheduling.workload import ComingDay


class BookView(Protocol):
    """Where packs can be had now."""

    def holders(self, gtin: str) -> Iterable[str]: ...
    def count_at(self, gtin: str, account: str) -> int: ...
    def arriving(self, gtin: str) -> int: ...


class QueueView(Protocol):
    """What waits at each source."""

    def standing(self, number: int) -> Standing | None: ...
    def ahead_s(self, source: str, standing: Standing, now: float) -> float: ...


class StateView(Protocol):
    """The working set, read only: open things only, by id."""

    @property
    def site(self) -> Site: ...
    @property
    def products(self) -> Mapping[str, Product]: ...
    @property
    def destinations(self) -> Mapping[str, Destination]: ...
    @property
    def runs(self) -> Mapping[str, DeliveryRun]: ...
    @property
    def departures(self) -> Mapping[str, Departure]: ...
    @property
    def calendar(self) -> Calendar: ...
    @property
    def calendar_changes(self) -> Mapping[str, CalendarChange]: ...
    @property
    def robots(self) -> Mapping[str, Robot]: ...
    @property
    def orders(self) -> Mapping[str, Order]: ...
    @property
    def promises(self) -> Mapping[str, Promise]: ...
    @property
    def totes(self) -> Mapping[str, Tote]: ...
    @property
    def tasks(self) -> Mapping[str, Task]: ...
    @property
    def works(self) -> Mapping[str, Work]: ...
    @property
    def doubts(self) -> Mapping[str, Doubt]: ...
    @property
    def delivery_lines(self) -> Mapping[str, DeliveryLine]: ...
    @property
    def book(self) -> BookView: ...
    @property
    def dispatch(self) -> QueueView: ...
    @property
    def imported_at(self) -> float | None: ...
    @property
    def night_pauses(self) -> Mapping[str, NightPause]: ...
    @property
    def trails(self) -> Trails: ...
    @property
    def times(self) -> LearnedTimes: ...
    @property
    def faults(self) -> Mapping[str, Fault]: ...
    @property
    def alarms(self) -> Mapping[str, Alarm]:
        """Those that have not ended, by condition."""
        ...

    @property
    def out_of_service(self) -> Mapping[str, OutOfService]: ...
    @property
    def withdrawn(self) -> Mapping[str, Withdrawal]: ...
    @property
    def consequences(self) -> Mapping[str, Consequence]: ...
    @property
    def hand_picks(self) -> Sequence[HandPick]: ...
    @property
    def procedure_runs(self) -> Mapping[str, ProcedureRun]:
        """Those that are open."""
        ...

    @property
    def profiles(self) -> Mapping[str, Sequence[Profile]]:
        """Of each robot, the oldest first."""
        ...

    @property
    def workshop(self) -> Workshop: ...
    @property
    def link_up(self) -> bool: ...


class Listener(Protocol):
    """Committed journal entries in order, from `listen` on. Ends when it fell behind or the engine stops."""

    @property
    def overflowed(self) -> bool:
        """Whether it ended because its reader was too slow: entries are missing."""
        ...

    def __aiter__(self) -> AsyncIterator[JournalEntry]: ...


class EngineFace(Protocol):
    """The one writer, as the API sees it."""

    @property
    def state(self) -> StateView:
        """StoreUnavailable while none is loaded."""
        ...

    async def do(self, action: Request, idempotency: Idempotency | None = None) -> dict[str, Any]:
        """Carry out and commit; the answer in JSON values, times as seconds since the epoch in names ending `_at`.

        ClaimWork answers {"work": {...} or None}; SubmitOrder at least {"order_ref"}; BookDelivery at least
        {"delivery_note"}. NightshiftError where it is refused: nothing was changed then. KeyReused where the key came
        before with another digest; with the same digest the first answer comes again. {"work": None} is not remembered.
        """
        ...

    async def settled(self) -> None:
        """Returns when no commit is under way: what `state` shows is then committed."""
        ...

    def coming_day(self) -> ComingDay:
        """What is known of the coming day's work. StoreUnavailable while no state is loaded."""
        ...

    def listen(self) -> Listener: ...

    @property
    def journal_seq(self) -> int:
        """Of the last committed journal entry; 0 before the first."""
        ...

    async def work_waiting(self, station: str, timeout_s: float) -> bool:
        """Whether something new may wait at the station, or came to within so many real seconds; claim to find out."""
        ...

    @property
    def readiness(self) -> Mapping[str, str]:
        """What stands in the way of working, by name; empty when nothing does."""
        ...
