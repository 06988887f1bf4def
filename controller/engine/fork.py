"""A copy of the working set that goes its own way: forecasts run on it, ahead of the clock.

`freeze` turns what a run of some hours can touch into bytes, so that nothing of the live state can be reached from
it; `thaw` makes a working set of them; `ForkedCore` is the same core, which goes on from there: no robot is greeted
anew, nothing is written, chained or sent.
"""

import gc
import pickle
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, replace
from datetime import date, timedelta
from math import inf
from operator import attrgetter
from typing import Any, get_origin

from controller.domain.calendar_change import CalendarChange
from controller.domain.chore import SITE, NightPause
from controller.domain.departure import Departure
from controller.domain.doubt import Doubt
from controller.domain.goods_in import DeliveryLine, Offer
from controller.domain.maintenance_window import MaintenanceWindow
from controller.domain.order import Order, OrderLine
from controller.domain.pack import Pack, PackStanding
from controller.domain.robot import Robot, Trust
from controller.domain.task import Step, Task
from controller.domain.timing import Timing
from controller.domain.tote import Tote
from controller.domain.withdrawal import Withdrawal
from controller.domain.work import Work
from controller.engine.changes import Changes
from controller.engine.core import Core
from controller.engine.ports import Batch, MasterData, WardCount, WorkingSet
from controller.engine.state import State, Timings
from controller.engine.turn import Turn
from controller.ledger.audit import GENESIS
from controller.scheduling.calendar import local_date

LATEST_DUE = timedelta(days=7)
"""Orders of a forecast are due within this time: what does not outlast it is no stock for them."""
_LAST_ID = "\uffff"
_HOURS = range(24)

PATIENT = Timings(max_silence_s=inf, resend_s=inf, ask_again_s=inf, promise_every_s=None)
"""The robots of a forecast never fall silent by themselves and answer every command; it promises nothing."""

Frozen = bytes


@dataclass(slots=True)
class Fork:
    """A working set on its own, and what is known beside it."""

    at: float
    loaded: WorkingSet
    link_up: bool
    people: dict[str, tuple[float, ...]]
    """Station → people expected there by local hour, 0 to 23."""


def freeze(state: State, now: float, expected: Mapping[str, int]) -> Frozen:
    """Take the state as it is between two turns. `expected` says how many packs of a product may yet be ordered.

    Left out, since a robot with 20,000 packs would be copied for a few hundred: packs that nobody can want, that is
    those of other products, and of these products those that FEFO would take after all that may be wanted.
    """
    collecting = gc.isenabled()
    # Otherwise the tuples made here would set the collector off, which looks at every pack: four times as long.
    gc.disable()
    try:
        return pickle.dumps(_taken(state, now, _wanted(state, expected)), pickle.HIGHEST_PROTOCOL)
    finally:
        if collecting:
            gc.enable()


def _taken(state: State, now: float, wanted: dict[str, int]) -> dict[str, Any]:
    return {
        "at": now,
        "link_up": state.link_up,
        "people": {
            station: tuple(state.attendance.expected(station, hour, now) for hour in _HOURS)
            for station in state.stations
        },
        "least_days": [place.least_remaining_days for place in state.destinations.values()],
        "wanted": wanted,
        "lots": list(_lots(state, now, wanted)),
        "packs": [_values(pack) for pack in _bound(state)],
        "orders": [(_values(order), [_values(line) for line in order.lines]) for order in state.orders.values()],
        "totes": [_values(tote) for tote in state.totes.values()],
        "tasks": [(_values(task), [_values(step) for step in task.steps]) for task in state.tasks.values()],
        "works": [_values(work) for work in state.works.values()],
        "doubts": [_values(doubt) for doubt in state.doubts.values()],
        "departures": [_values(departure) for departure in state.departures.values()],
        "delivery_lines": [_values(line) for line in state.delivery_lines.values()],
        "offers": [_values(offer) for contact in state.contacts.values() for offer in contact.offers.values()],
        "robots": [_values(robot) for robot in state.robots.values()],
        "ward_counts": [_values(count) for count in state.ward_counts.values()],
        "calendar_changes": [_values(change) for change in state.calendar_changes.values()],
        "withdrawals": [_values(each) for each in state.withdrawn.values()],
        "maintenance_windows": [_values(window) for window in state.night.windows.values()],
        "timings": [_values(timing) for timing in state.times.kept()],
        "balances": state.book.balances,
        "last_posting_seq": state.book.posting_seq,
        "last_order_number": state.last_order_number,
    }


def thaw(frozen: Frozen, master: MasterData) -> Fork:
    """The working set that was frozen; `master` is what the site folder said of the same centre."""
    taken: dict[str, Any] = pickle.loads(frozen)
    return Fork(
        at=taken["at"],
        link_up=taken["link_up"],
        people=taken["people"],
        loaded=_working_set(
            master=_with_least_days(master, taken["least_days"]),
            packs=[*_unpacked(taken["lots"], taken["wanted"]), *(Pack(*row) for row in taken["packs"])],
            orders=[_with_parts(Order, order, "lines", OrderLine, lines) for order, lines in taken["orders"]],
            order_refs=[order[0] for order, _ in taken["orders"]],
            totes=[Tote(*row) for row in taken["totes"]],
            tasks=[_with_parts(Task, task, "steps", Step, steps) for task, steps in taken["tasks"]],
            works=[Work(*row) for row in taken["works"]],
            doubts=[Doubt(*row) for row in taken["doubts"]],
            departures=[Departure(*row) for row in taken["departures"]],
            delivery_lines=[DeliveryLine(*row) for row in taken["delivery_lines"]],
            offers=[Offer(*row) for row in taken["offers"]],
            robots=[Robot(*row) for row in taken["robots"]],
            ward_counts=[WardCount(*row) for row in taken["ward_counts"]],
            calendar_changes=[CalendarChange(*row) for row in taken["calendar_changes"]],
            withdrawals=[Withdrawal(*row) for row in taken["withdrawals"]],
            maintenance_windows=[MaintenanceWindow(*row) for row in taken["maintenance_windows"]],
            night_pauses=[
                NightPause(SITE, "a forecast has no time for what makes way for every order", "", taken["at"])
            ],
            timings=[Timing(*row) for row in taken["timings"]],
            balances=taken["balances"],
            last_posting_seq=taken["last_posting_seq"],
            last_journal_seq=0,
            last_journal_hash=GENESIS,
            last_order_number=taken["last_order_number"],
            last_alarm_number=0,
        ),
    )


class ForkedCore(Core):
    """The core of a fork: robots are as they were, and what a batch would hold is thrown away but for its notes."""

    def __init__(self, fork: Fork) -> None:
        super().__init__(fork.loaded, FORK_EPOCH, fork.at, fork.at, PATIENT)
        self.state.link_up = fork.link_up
        self.notes: list[Note] = []
        """What the journal would have got in the last turn."""

    def _begin(self, turn: Turn) -> None:
        for robot in turn.state.robots.values():
            robot.last_report_mono_s = turn.mono_s
            turn.state.contacts[robot.robot].snapshot_seen = robot.trust is Trust.READY

    def _write_up(self, turn: Turn) -> None:
        """Nobody reads it."""

    def _seal(self, changes: Changes) -> Batch:
        self.notes = changes.notes
        self.state.book.drain()
        return Batch(self.ids.epoch, changes.now)


def _working_set(**known: Any) -> WorkingSet:
    """Of what is not given there is nothing: what is history, or for people to read, changes no forecast."""
    unsaid = [each for each in fields(WorkingSet) if each.name not in known and _is_required(each)]
    nothing: dict[str, Any] = {each.name: _nothing_of(each.type) for each in unsaid}
    return WorkingSet(**nothing, **known)


def _nothing_of(kind: Any) -> Any:
    """An empty list, 0 or an empty text, as the field would have it."""
    return (get_origin(kind) or kind)()


def _is_required(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


Note = tuple[float, str, str, str, dict[str, Any]]
"""(when, who, what, of what, data), as in the journal."""

FORK_EPOCH = 1_000_000_000
"""No lease gets there: ids of a fork are never those of an earlier or later controller."""


def _wanted(state: State, expected: Mapping[str, int]) -> dict[str, int]:
    """Packs of each product that may be taken from a shelf, by orders that are open or may come."""
    wanted = dict(expected)
    for order in state.orders.values():
        for line in order.lines:
            packs = line.wanted + line.in_work
            if packs > 0:
                wanted[line.gtin] = wanted.get(line.gtin, 0) + packs
    return wanted


def _bound_ids(state: State) -> dict[str, None]:
    """Packs that are on their way somewhere, or that something open names."""
    ids: dict[str, None] = {}
    for task in state.tasks.values():
        ids.update((step.pack_id, None) for step in task.steps)
    for work in state.works.values():
        ids.update((pack_id, None) for pack_id in work.pack_ids)
    for doubt in state.doubts.values():
        ids[doubt.pack_id] = None
    queues: Iterable[Iterable[str]] = (
        *state.tote_packs.values(),
        *state.putaway.values(),
        *(state.book.at_input(robot) for robot in state.robots),
    )
    for queue in queues:
        ids.update((pack_id, None) for pack_id in queue)
    return ids


def _bound(state: State) -> Iterator[Pack]:
    found = (state.book.packs.get(pack_id) for pack_id in _bound_ids(state))
    return (pack for pack in found if pack is not None and pack.standing is not PackStanding.AVAILABLE)


_Lot = tuple[str, str, int, str, int]
"""GTIN, account, expiry (as a proleptic ordinal), batch, free packs.

Two batches of one product that expire on one day count as one.
"""


def _lots(state: State, now: float, wanted: Mapping[str, int]) -> Iterator[_Lot]:
    book = state.book
    least_days = max((place.least_remaining_days for place in state.destinations.values()), default=0)
    refusable = local_date(now, state.zone) + timedelta(days=least_days) + LATEST_DUE
    for gtin, packs in wanted.items():
        for account in book.holders(gtin):
            shelf = book.shelf(gtin, account)
            first, still_wanted = 0, packs
            while first < len(shelf) and still_wanted > 0:
                expiry, pack_id = shelf[first]
                end = bisect_right(shelf, (expiry, _LAST_ID), first)
                yield gtin, account, expiry.toordinal(), book.packs[pack_id].batch, end - first
                still_wanted -= end - first if expiry > refusable else 0
                first = end


def _unpacked(lots: Iterable[_Lot], wanted: Mapping[str, int]) -> Iterator[Pack]:
    """The packs of lots, with ids of their own: which of several equal packs is taken makes no difference."""
    for number, (gtin, account, expiry, batch, packs) in enumerate(lots):
        for count in range(min(packs, wanted[gtin])):
            yield Pack(f"F{number:06d}.{count:04d}", gtin, batch, date.fromordinal(expiry), account)


_PARTS = {Order: "lines", Task: "steps"}
_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if field.name != _PARTS.get(kind))
    for kind in (
        CalendarChange, DeliveryLine, Departure, Doubt, MaintenanceWindow, Offer, Order, OrderLine, Pack, Robot, Step,
        Task, Timing, Tote, WardCount, Withdrawal, Work,
    )
}  # fmt: skip
_GETTERS: dict[type, Callable[[Any], tuple[Any, ...]]] = {kind: attrgetter(*names) for kind, names in _NAMES.items()}


def _values(entity: object) -> tuple[Any, ...]:
    """Its fields, the parts of orders and tasks left out: a tuple is pickled ten times as fast as a dataclass."""
    return _GETTERS[type(entity)](entity)


def _with_parts(kind: type[Any], row: tuple[Any, ...], name: str, part: type[Any], parts: list[tuple[Any, ...]]) -> Any:
    return kind(**dict(zip(_NAMES[kind], row, strict=True)), **{name: [part(*each) for each in parts]})


def _with_least_days(master: MasterData, least_days: Sequence[int]) -> MasterData:
    """Some were changed since the import; the places stand in the same order."""
    destinations = [
        place if place.least_remaining_days == days else replace(place, least_remaining_days=days)
        for place, days in zip(master.destinations, least_days, strict=True)
    ]
    return replace(master, destinations=destinations)
