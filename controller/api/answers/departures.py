from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec import Struct

from controller.api.engine_face import StateView
from controller.api.instants import Day, Instant, instant, instant_or_none
from controller.domain.departure import Departure, DepartureStatus
from controller.domain.order import OrderStatus
from controller.domain.tote import ToteStatus
from controller.scheduling.calendar import Calendar

_READY = frozenset({ToteStatus.CHECKED, ToteStatus.LOADED, ToteStatus.DISPATCHED})


class DepartureAnswer(Struct, frozen=True):
    departure_id: str
    run: str
    hospital: str
    date_local: Day
    cutoff_at: Instant
    departs_at: Instant
    status: DepartureStatus
    reason: str | None
    """Why it is cancelled, goes at another time, or goes at all; None for one that goes as every week."""
    departed_at: Instant | None
    totes: int
    """Of orders booked on it, begun so far; once it has left, those on the van."""
    totes_ready: int
    """Checked, or further."""
    totes_loaded: int
    orders: int
    orders_gathering: int
    """Orders that still lack packs."""


class DeparturePage(Struct, frozen=True):
    items: list[DepartureAnswer]
    next: str | None


@dataclass(slots=True)
class Readiness:
    """How far the orders of one departure have come."""

    totes: int = 0
    ready: int = 0
    loaded: int = 0
    orders: int = 0
    gathering: int = 0


def readiness_by_departure(state: StateView) -> Mapping[str, Readiness]:
    found: defaultdict[str, Readiness] = defaultdict(Readiness)
    for order in state.orders.values():
        if order.departure_id is not None and order.status is not OrderStatus.CANCELLED:
            readiness = found[order.departure_id]
            readiness.orders += 1
            readiness.gathering += order.status is OrderStatus.OPEN
    for tote in state.totes.values():
        owner = state.orders.get(tote.order_ref)
        if owner is None or owner.departure_id is None or tote.status is ToteStatus.EMPTIED:
            continue
        readiness = found[owner.departure_id]
        readiness.totes += 1
        readiness.ready += tote.status in _READY
        readiness.loaded += tote.status is ToteStatus.LOADED
    return found


def departure_answer(departure: Departure, readiness: Mapping[str, Readiness], calendar: Calendar) -> DepartureAnswer:
    cause = calendar.cause(departure)
    how_far = readiness.get(departure.departure_id, Readiness())
    left = departure.status is DepartureStatus.DEPARTED
    return DepartureAnswer(
        departure_id=departure.departure_id,
        run=departure.run,
        hospital=departure.hospital,
        date_local=departure.date_local,
        cutoff_at=instant(departure.cutoff_at),
        departs_at=instant(departure.departs_at),
        status=departure.status,
        reason=cause.reason if cause is not None else None,
        departed_at=instant_or_none(departure.departed_at),
        totes=departure.totes if left else how_far.totes,
        totes_ready=departure.totes if left else how_far.ready,
        totes_loaded=departure.totes if left else how_far.loaded,
        orders=how_far.orders,
        orders_gathering=how_far.gathering,
    )


def next_departures(departures: Iterable[Departure], limit: int) -> list[Departure]:
    """The planned ones, soonest first; one that should have left and has not comes before all others."""
    planned = [departure for departure in departures if departure.status is DepartureStatus.PLANNED]
    return sorted(planned, key=lambda departure: (departure.departs_at, departure.departure_id))[:limit]
