"""What the figures are read from: the working set and its ledger, read only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from controller.domain.alarm import Alarm
from controller.domain.consequence import Consequence
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.goods_in import DeliveryLine
from controller.domain.order import Order
from controller.domain.pack import Pack
from controller.domain.robot import Robot
from controller.domain.site import Site
from controller.domain.task import Task
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work


class BookView(Protocol):
    @property
    def balances(self) -> Mapping[str, int]:
        """Packs an account; the supplier's is negative."""
        ...

    @property
    def packs(self) -> Mapping[str, Pack]: ...

    def held_at(self, account: str) -> Iterable[str]:
        """Packs of a robot or area that are held."""
        ...


class HandPicks(Protocol):
    @property
    def packs(self) -> Sequence[object]:
        """Those of one order in one robot."""
        ...


class StateView(Protocol):
    @property
    def site(self) -> Site: ...
    @property
    def departures(self) -> Mapping[str, Departure]: ...
    @property
    def robots(self) -> Mapping[str, Robot]: ...
    @property
    def orders(self) -> Mapping[str, Order]: ...
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
    def alarms(self) -> Mapping[str, Alarm]: ...
    @property
    def consequences(self) -> Mapping[str, Consequence]: ...
    @property
    def hand_picks(self) -> Sequence[HandPicks]: ...
    @property
    def withdrawn(self) -> Mapping[str, Withdrawal]: ...
    @property
    def link_up(self) -> bool: ...


class EngineView(Protocol):
    @property
    def state(self) -> StateView:
        """StoreUnavailable while none is loaded."""
        ...

    @property
    def journal_seq(self) -> int: ...
    @property
    def readiness(self) -> Mapping[str, str]: ...
