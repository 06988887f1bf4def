"""Plays the orders and the deliveries of the site folder, day by day, as people who use the service."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from simulator.desk import AnnounceDelivery, DeliveredLine, DeskAnswer, DeskRequest, PlaceOrder
from simulator.floor import GOODS_IN, Floor
from simulator.site import DeliveryRow, OrderRow, SiteFolder
from simulator.timeline import Timeline

Ask = Callable[[DeskRequest, Callable[[DeskAnswer], None]], None]

R = TypeVar("R")

_AHEAD_S = 3 * 3600.0
"""A file is read so long before its date begins: a local day may begin before the UTC day of its name."""


class Demand:
    """From `from_at` on; what the files place before that is left out, as the service was not there.

    Where `from_at` is past, as after a restart, all since then is asked again at once, under the same keys.
    """

    def __init__(
        self, site: SiteFolder, timeline: Timeline, floor: Floor, ask: Ask, from_at: float, until_at: float | None
    ) -> None:
        self._site = site
        self._timeline = timeline
        self._floor = floor
        self._ask = ask
        self._from_at = from_at
        self._until_at = until_at
        self._parts: dict[str, int] = {}

    def start(self) -> None:
        yesterday = datetime.fromtimestamp(self._from_at, UTC).date() - timedelta(days=1)
        self._open_day(yesterday)

    def _open_day(self, day: date) -> None:
        for orders in _grouped(self._site.orders(day), lambda row: row.order_ref):
            if self._comes(orders[0].placed_at):
                self._timeline.call_at(orders[0].placed_at, self._place, orders)
        for arrivals in _grouped(self._site.deliveries(day), lambda row: f"{row.delivery_note} {row.arrives_at}"):
            if self._comes(arrivals[0].arrives_at):
                self._timeline.call_at(arrivals[0].arrives_at, self._arrive, arrivals)
        following = day + timedelta(days=1)
        opens_at = datetime(following.year, following.month, following.day, tzinfo=UTC).timestamp() - _AHEAD_S
        if self._until_at is None or opens_at < self._until_at:
            self._timeline.call_at(opens_at, self._open_day, following)

    def _comes(self, at: float) -> bool:
        return self._from_at <= at and (self._until_at is None or at < self._until_at)

    def _place(self, rows: list[OrderRow]) -> None:
        first = rows[0]
        order = PlaceOrder(
            order_ref=first.order_ref,
            destination=first.destination,
            order_class=first.order_class,
            due_at=first.due_at,
            run=first.run,
            run_date=first.run_date,
            lines=tuple((row.gtin, row.quantity) for row in rows),
            single_batch=frozenset(row.gtin for row in rows if row.single_batch),
        )
        self._ask(order, _nothing_more)

    def _arrive(self, rows: list[DeliveryRow]) -> None:
        note = rows[0].delivery_note
        part = self._parts.get(note, 0) + 1
        self._parts[note] = part
        for row in rows if self._floor.arrive(f"{note} {part}") else ():
            self._floor.put(GOODS_IN, (row.gtin, row.batch, row.expiry), row.quantity)
        lines = tuple(DeliveredLine(row.gtin, row.batch, row.expiry, row.quantity) for row in rows)
        self._ask(AnnounceDelivery(note, part, lines), _nothing_more)


def _nothing_more(answer: DeskAnswer) -> None:
    """A ward that was refused rings the pharmacist, who is no part of this simulation."""


def _grouped(rows: list[R], key: Callable[[R], str]) -> list[list[R]]:
    groups: dict[str, list[R]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.values())
