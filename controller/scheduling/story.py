"""The story of an order: what happened to it, in the order in which it happened, and what it waits for now."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from controller.domain.decision import KEPT_S, Decision
from controller.domain.journal import JournalEntry
from controller.domain.order import Order, OrderStatus
from controller.domain.promise import PROMISED_SHARE, Promise
from controller.domain.task import StepStatus, Task, TaskKind, TaskStatus
from controller.domain.tote import Tote, ToteStatus
from controller.domain.work import Work, WorkStatus
from controller.scheduling.explain import Around, Reasons, explain, what_was_given
from controller.scheduling.happenings import Names, told
from controller.scheduling.wording import count, listed, place, sentence, span

COMING = (ToteStatus.FILLING, ToteStatus.CLOSED, ToteStatus.CHECKED)


class EventKind(enum.StrEnum):
    """What a screen groups and marks events by."""

    CAME = "came"
    GIVEN = "given"
    """A source was given a tour of it: has reasons."""
    DONE = "done"
    """A tour or a job by hand has ended as asked."""
    TROUBLE = "trouble"
    SHORT = "short"
    GATHERED = "gathered"
    RELEASED = "released"
    """A tote passed the final check."""
    LOADED = "loaded"
    BOOKED = "booked"
    """It goes with another van than before."""
    PROMISED = "promised"
    LEFT = "left"
    CANCELLED = "cancelled"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Event:
    at: float
    kind: EventKind
    text: str
    reasons: Reasons | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A source that has a product that is still missing."""

    source: str
    packs: int
    in_service: bool
    ahead_s: float
    """Work that comes before the order there."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Packs of one line that nobody has been given yet."""

    line: int
    gtin: str
    packs: int
    promised: int
    """Of them so many are set aside in stock."""
    arriving: int
    """Packs of the product that stand at goods-in."""
    holders: tuple[Holding, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is known of one order."""

    order: Order
    now: float
    names: Names
    destination: str
    """Its name."""
    totes: Sequence[Tote] = ()
    tasks: Sequence[Task] = ()
    works: Sequence[Work] = ()
    """Jobs of picking by hand."""
    journal: Sequence[JournalEntry] = ()
    decisions: Sequence[tuple[Decision, Around]] = ()
    promise: Promise | None = None
    missing: Sequence[Missing] = ()
    """Of an order that is open."""
    lateness: Mapping[str, Any] | None = None
    """Of one that left late or is past its due time: why (scheduling/lateness_words.py)."""


@dataclass(frozen=True, slots=True)
class Story:
    headline: str
    standing: str
    """How it stands now."""
    waits: tuple[str, ...]
    """What each thing that is missing waits for."""
    promise: str | None
    events: tuple[Event, ...]
    notes: tuple[str, ...] = field(default=())
    """What the story cannot tell, and why."""


def tell(material: Material) -> Story:
    """The whole story; events in the order of time."""
    # Of one moment, what had been done comes before what followed from it.
    events = [*_ended(material), *_journaled(material), *_given(material), *_gathered(material)]
    events.sort(key=lambda event: event.at)
    return Story(
        headline=_headline(material),
        standing=sentence(_standing(material)),
        waits=tuple(sentence(_wait(each, material.names)) for each in material.missing),
        promise=_promise(material),
        events=tuple(_once(events)),
        notes=tuple(notes_on(material.order, (each for each, _ in material.decisions), material.now)),
    )


def _headline(material: Material) -> str:
    order, names = material.order, material.names
    packs = sum(line.ordered for line in order.lines)
    way = "by courier" if order.departure_id is None else f"with {_booked(order, names)}"
    return (
        f"{order.order_ref}: {order.order_class.value} order of {order.destination} ({material.destination}), "
        f"{count(packs, 'pack')} on {count(len(order.lines), 'line')}, due {names.say.clock(order.due_at)} {way}."
    )


def _booked(order: Order, names: Names) -> str:
    """Its van, and when that leaves where it is not when the order is due."""
    departure_id = order.departure_id or ""
    if names.departs_at.get(departure_id) == order.due_at:
        return f"van {departure_id.partition('/')[0]}"
    return names.van(departure_id)


# ---- how it stands ------------------------------------------------------------------------------------------


def _standing(material: Material) -> str:
    order, say = material.order, material.names.say
    match order.status:
        case OrderStatus.DISPATCHED:
            return f"It left at {say.clock(order.dispatched_at or order.due_at)}"
        case OrderStatus.SHORT:
            return "Nothing of it could be supplied"
        case OrderStatus.CANCELLED:
            return f"It is cancelled ({order.cancel_reason})" if order.cancel_reason else "It is cancelled"
        case OrderStatus.OPEN:
            return _still_gathered(order)
        case OrderStatus.READY if order.departure_id is not None:
            return f"All its totes are on board; it leaves with {material.names.van(order.departure_id)}"
    waiting = [_tote(tote) for tote in material.totes if tote.status in COMING]
    return f"Everything is gathered: {listed(waiting)}" if waiting else "Everything is gathered"


def _still_gathered(order: Order) -> str:
    ordered = sum(line.ordered for line in order.lines)
    gathered = sum(line.gathered for line in order.lines)
    parts = [f"{gathered} in totes"]
    if order.in_work:
        parts.append(f"{order.in_work} being fetched")
    if order.wanted:
        parts.append(f"{order.wanted} not begun")
    if order.short:
        parts.append(f"{order.short} short")
    leaving = "It is being cancelled; of" if order.cancel_reason is not None else "Of"
    return f"{leaving} {count(ordered, 'pack')}: {', '.join(parts)}"


def _tote(tote: Tote) -> str:
    waits = {
        ToteStatus.FILLING: "is still open",
        ToteStatus.CLOSED: "waits for the final check",
        ToteStatus.CHECKED: "is checked and waits to be loaded",
    }
    return f"tote {tote.tote_id} {waits[tote.status]}"


def _wait(missing: Missing, names: Names) -> str:
    product = names.product(missing.gtin)
    texts: list[str] = []
    if missing.promised:
        texts.append(f"{count(missing.promised, 'pack')} of {product} {_queue(missing.holders, missing.promised)}")
    lacking = missing.packs - missing.promised
    if lacking:
        there = f", but {missing.arriving} stand at goods-in" if missing.arriving else ""
        texts.append(f"{count(lacking, 'pack')} of {product} {'is' if lacking == 1 else 'are'} not in stock{there}")
    return "; ".join(texts)


def _queue(holders: Iterable[Holding], packs: int) -> str:
    ready = [each for each in holders if each.in_service]
    down = [each for each in holders if not each.in_service]
    waits = "waits" if packs == 1 else "wait"
    out = [place(each.source) for each in down]
    if ready:
        queues = (f"{place(each.source)} ({_ahead(each)})" for each in ready)
        too = f"; {listed(out)} {'is' if len(out) == 1 else 'are'} out of service" if out else ""
        return f"{waits} for {listed(queues, 'or')}{too}"
    if out:
        return f"{waits} until {listed(out, 'or')} is back in service: nowhere else has any"
    return f"{waits} for packs that are being moved or looked for"


def _ahead(holding: Holding) -> str:
    return "it is next there" if holding.ahead_s < 1.0 else f"{span(holding.ahead_s)} of work first"


def _promise(material: Material) -> str | None:
    promise, say = material.promise, material.names.say
    if promise is None:
        return None
    way = "with the courier" if material.order.departure_id is None else "on its van"
    if material.order.status.final or material.order.status is OrderStatus.READY:
        return (
            f"When it came, it was promised to be {way} by {say.clock(promise.first_promised_at)} "
            f"and expected there at {say.clock(promise.first_expected_at)}."
        )
    text = (
        f"Expected {way} at {say.clock(promise.expected_at)}, with {PROMISED_SHARE:.0%} certainty by "
        f"{say.clock(promise.promised_at)}; it leaves in time with {promise.on_time:.0%}"
    )
    more = [each for each in (promise.cause, promise.rescue) if each]
    return sentence(f"{text}: {'; '.join(more)}" if more else text)


def notes_on(order: Order, decisions: Iterable[Decision], now: float) -> Iterable[str]:
    """What cannot be told any more of the order's decisions."""
    oldest = min((decision.at for decision in decisions), default=now)
    if order.placed_at < now - KEPT_S and oldest > order.placed_at:
        yield "Why a tour was given is kept for a week: of this order's tours some or all are older."


# ---- events -------------------------------------------------------------------------------------------------

_KINDS: Mapping[str, EventKind] = {
    "order.received": EventKind.CAME,
    "order.dispatched": EventKind.LEFT,
    "order.rebooked": EventKind.BOOKED,
    "order.missed_its_van": EventKind.BOOKED,
    "order.van_does_not_go": EventKind.BOOKED,
    "order.came_after_cutoff": EventKind.BOOKED,
    "tote.sent_ahead": EventKind.BOOKED,
    "tote.taken_off": EventKind.BOOKED,
    "order.late": EventKind.TROUBLE,
    "order.short": EventKind.SHORT,
    "line.short": EventKind.SHORT,
    "order.cancel_asked": EventKind.CANCELLED,
    "order.cancelled": EventKind.CANCELLED,
    "tote.checked": EventKind.RELEASED,
    "tote.loaded": EventKind.LOADED,
}
_FAMILIES: Mapping[str, EventKind] = {
    "promise": EventKind.PROMISED,
    "task": EventKind.TROUBLE,
    "tour": EventKind.TROUBLE,
    "pack": EventKind.TROUBLE,
    "doubt": EventKind.TROUBLE,
    "tote": EventKind.TROUBLE,
}


def _journaled(material: Material) -> Iterable[Event]:
    explained = {decision.work_ref for decision, _ in material.decisions}
    for entry in material.journal:
        if entry.action == "order.picked_by_hand" and entry.data.get("work_id") in explained:
            continue
        text = told(entry, material.names)
        if text is not None:
            family = entry.action.partition(".")[0]
            kind = _KINDS.get(entry.action) or _FAMILIES.get(family, EventKind.OTHER)
            yield Event(entry.at, kind, text)


def _given(material: Material) -> Iterable[Event]:
    say = material.names.say
    decided: set[str] = set()
    for decision, around in material.decisions:
        decided.add(decision.work_ref)
        reasons = explain(decision, material.order, around, say)
        yield Event(decision.at, EventKind.GIVEN, sentence(what_was_given(decision)), reasons, decision)
    for task in material.tasks:
        if task.kind is TaskKind.PICK and task.task_id not in decided:
            packs = count(len(task.steps), "pack")
            yield Event(task.issued_at, EventKind.GIVEN, f"{task.robot} was given {packs}.")


def _ended(material: Material) -> Iterable[Event]:
    """Tours that ended as asked; of the others the journal tells."""
    say = material.names.say
    for task in material.tasks:
        if task.kind is not TaskKind.PICK or task.status is not TaskStatus.COMPLETED or task.finished_at is None:
            continue
        packs = count(sum(step.status is StepStatus.DONE for step in task.steps), "pack")
        begun = "" if task.started_at is None else f", begun at {say.clock(task.started_at)}"
        yield Event(task.finished_at, EventKind.DONE, f"{task.robot} has put {packs} into tote {task.tote_id}{begun}.")
    for work in material.works:
        if work.status is not WorkStatus.DONE or work.finished_at is None:
            continue
        taken = "" if work.taken_at is None else f", begun at {say.clock(work.taken_at)}"
        text = f"{work.worker} has come back from the shelves of {work.station} with what was there for tote"
        yield Event(work.finished_at, EventKind.DONE, f"{text} {work.tote_id}{taken}.")


def _gathered(material: Material) -> Iterable[Event]:
    order = material.order
    if order.gathered_at is not None:
        what = "All that could be had" if order.short else "Everything"
        totes = sum(tote.packs > 0 for tote in material.totes)
        where = f" in {count(totes, 'tote')}" if totes else ""
        yield Event(order.gathered_at, EventKind.GATHERED, f"{what} was gathered{where}.")


def _once(events: Iterable[Event]) -> Iterable[Event]:
    """Several packs of one cause tell the same: once is enough."""
    last: Event | None = None
    for event in events:
        if last is None or (event.at, event.text) != (last.at, last.text):
            yield event
        last = event
