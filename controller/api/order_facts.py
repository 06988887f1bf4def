"""Gathers what is known of one order, from the archive and the working set, for its explanation."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from controller.api.engine_face import StateView
from controller.domain.decision import Decision
from controller.domain.journal import JournalEntry
from controller.domain.order import Order, OrderStatus
from controller.domain.promise import Promise
from controller.domain.task import Task, TaskKind
from controller.domain.tote import Tote
from controller.domain.work import Work
from controller.engine import lateness
from controller.engine.ports import Archive
from controller.engine.turn import can_work
from controller.scheduling.explain import Around
from controller.scheduling.happenings import Names
from controller.scheduling.lateness_words import told
from controller.scheduling.stops import stops_of
from controller.scheduling.story import Holding, Material, Missing
from controller.scheduling.wording import LocalTime

ENTRIES = 500
"""Of one subject, at most."""
PACKS = 200
"""Packs of an order whose own journal entries are looked at, at most."""
_RECEIVED, _LATE = "order.received", "order.late"


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the archive has of the order."""

    totes: Sequence[Tote]
    tasks: Sequence[Task]
    works: Sequence[Work]
    decisions: Sequence[Decision]
    journal: Sequence[JournalEntry]
    promise: Promise | None


async def material_of(order: Order, archive: Archive, state: StateView, now: float) -> Material:
    """Everything for the story of an order. Reads the archive some dozen times for a usual one."""
    rows = await _rows(order, archive)
    say = LocalTime.around(_came_at(order, rows.journal), ZoneInfo(state.site.timezone))
    destination = state.destinations.get(order.destination)
    return Material(
        order=order,
        now=now,
        names=await _names(order, rows, archive, state, say),
        destination=order.destination if destination is None else destination.name,
        totes=rows.totes,
        tasks=rows.tasks,
        works=rows.works,
        journal=rows.journal,
        decisions=await _surroundings(order, rows, archive, state),
        promise=rows.promise,
        missing=list(_missing(state.orders.get(order.order_ref), state, now)),
        lateness=_lateness(order, rows.journal, state, now),
    )


async def _rows(order: Order, archive: Archive) -> _Rows:
    totes, tasks, decisions, promise = await asyncio.gather(
        archive.totes(order_ref=order.order_ref, limit=ENTRIES),
        archive.tasks(order_ref=order.order_ref, limit=ENTRIES),
        archive.decisions(order.order_ref),
        archive.promise(order.order_ref),
    )
    by_hand = (each.work_ref for each in decisions if each.source.startswith("area:"))
    works = [work for work in await asyncio.gather(*map(archive.work, by_hand)) if work is not None]
    journal = await _journal(order, totes, tasks, works, archive)
    return _Rows(totes, tasks, works, decisions, journal, promise)


async def _journal(
    order: Order, totes: Iterable[Tote], tasks: Sequence[Task], works: Sequence[Work], archive: Archive
) -> list[JournalEntry]:
    bound = _bound(tasks, works)
    subjects = [
        f"order:{order.order_ref}",
        *(f"tote:{tote.tote_id}" for tote in totes),
        *(f"task:{task.task_id}" for task in tasks),
        *(f"pack:{pack_id}" for pack_id in list(bound)[:PACKS]),
    ]
    found = await asyncio.gather(*(archive.journal(subject=each, limit=ENTRIES) for each in subjects))
    entries = (entry for entries in found for entry in entries if _is_of_it(entry, bound))
    return sorted(entries, key=lambda entry: entry.seq)


_Bound = dict[str, list[tuple[float, float | None]]]
"""Pack → when the order had it bound."""


def _bound(tasks: Iterable[Task], works: Iterable[Work]) -> _Bound:
    bound: _Bound = {}
    for task in tasks:
        if task.kind is TaskKind.PICK:
            for step in task.steps:
                bound.setdefault(step.pack_id, []).append((task.issued_at, task.finished_at))
    for work in works:
        for pack_id in work.pack_ids:
            bound.setdefault(pack_id, []).append((work.created_at, work.finished_at))
    return bound


def _is_of_it(entry: JournalEntry, bound: _Bound) -> bool:
    """A pack has a life before and after the order: only what happened while it was bound belongs to the story."""
    family, _, pack_id = entry.subject.partition(":")
    if family != "pack":
        return True
    return any(start <= entry.at and (end is None or entry.at <= end) for start, end in bound[pack_id])


def _lateness(order: Order, journal: Iterable[JournalEntry], state: StateView, now: float) -> Mapping[str, Any] | None:
    """Of an order that is still here as of now; of one that has left as it was written down then."""
    if not order.status.final:
        return told(lateness.of_order(state, order, now)) if now > order.due_at else None
    return next((entry.data for entry in reversed(list(journal)) if entry.action == _LATE and entry.data["left"]), None)


# ---- around a decision --------------------------------------------------------------------------------------


async def _surroundings(order: Order, rows: _Rows, archive: Archive, state: StateView) -> list[tuple[Decision, Around]]:
    decisions = rows.decisions
    served = await asyncio.gather(
        *(
            archive.served(each.source, since=each.at - each.waited_s, until=each.at, besides=each.order_ref)
            for each in decisions
        )
    )
    refs = {each.beat for each in decisions if each.beat is not None} | {ref for _, last in served for ref in last}
    orders = dict(zip(sorted(refs), await asyncio.gather(*map(archive.order, sorted(refs))), strict=True))
    sources = sorted({each.source for each in decisions if each.source.startswith("robot:")})
    came = next((entry.seq for entry in rows.journal if entry.action == _RECEIVED), 0)
    of_robots = await asyncio.gather(
        *(archive.journal(subject=each, after_seq=came, limit=ENTRIES) for each in sources)
    )
    entries = dict(zip(sources, of_robots, strict=True))
    first_lines = _first_lines(rows)
    found: list[tuple[Decision, Around]] = []
    for decision, (number, last) in zip(decisions, served, strict=True):
        came_at = decision.at - decision.waited_s
        line = first_lines.get(decision.work_ref)
        around = Around(
            product=None if line is None else _product(order.lines[line - 1].gtin, state),
            beat=orders.get(decision.beat or ""),
            served=number,
            last_served=tuple(each for each in (orders[ref] for ref in reversed(last)) if each is not None),
            own_tours=sum(each.source == decision.source and each.at < decision.at for each in decisions),
            stops=stops_of(entries.get(decision.source, ()), came_at, decision.at),
        )
        found.append((decision, around))
    return found


def _first_lines(rows: _Rows) -> dict[str, int]:
    """The line that each tour begins with."""
    lines = {task.task_id: task.steps[0].line for task in rows.tasks if task.steps}
    lines |= {work.work_id: work.lines[0] for work in rows.works if work.lines}
    return {work_ref: line for work_ref, line in lines.items() if line is not None}


def _product(gtin: str, state: StateView) -> str:
    known = state.products.get(gtin)
    return gtin if known is None else known.name


# ---- names and what is missing ------------------------------------------------------------------------------


def _came_at(order: Order, journal: Iterable[JournalEntry]) -> float:
    return next((entry.at for entry in journal if entry.action == _RECEIVED), order.placed_at)


async def _names(order: Order, rows: _Rows, archive: Archive, state: StateView, say: LocalTime) -> Names:
    named = (entry.data.get(key) for entry in rows.journal for key in ("old", "new", "departure_id"))
    vans = {van for van in (order.departure_id, *named) if isinstance(van, str) and "/" in van}
    departs_at = {van: state.departures[van].departs_at for van in vans if van in state.departures}
    days = sorted({van.partition("/")[2] for van in vans - departs_at.keys()})
    for page in await asyncio.gather(*(archive.departures(date_local=day, limit=ENTRIES) for day in days)):
        departs_at |= {each.departure_id: each.departs_at for each in page}
    products = {line.gtin: _product(line.gtin, state) for line in order.lines}
    return Names(say, products, departs_at, {task.task_id: task.robot for task in rows.tasks})


def _missing(order: Order | None, state: StateView, now: float) -> Iterable[Missing]:
    """From the working set: what it waits for is a question of this moment."""
    if order is None or order.status is not OrderStatus.OPEN or order.cancel_reason is not None:
        return
    for line in order.lines:
        if line.wanted > 0:
            accounts = sorted(state.book.holders(line.gtin))
            holders = tuple(_holding(account, order, line.gtin, state, now) for account in accounts)
            arriving = state.book.arriving(line.gtin)
            yield Missing(line.number, line.gtin, line.wanted, line.reserved, arriving, holders)


def _holding(account: str, order: Order, gtin: str, state: StateView, now: float) -> Holding:
    robot = state.robots.get(account.partition(":")[2])
    in_service = robot is None or can_work(robot)
    standing = state.dispatch.standing(order.number)
    ahead_s = 0.0 if standing is None else state.dispatch.ahead_s(account, standing, now)
    return Holding(account, state.book.count_at(gtin, account), in_service, ahead_s)
