"""Promises of stock to order lines, and how each order stands in the queues of the sources that could serve it.

A line is promised packs of its product when it is placed; which packs, from where, is decided when a source is
free. `demand` knows every line that still wants something, so a pack that becomes available finds its line. After
each turn every order that changed is stated anew to the dispatch.
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

from controller.domain.order import Order, OrderClass, OrderLine
from controller.domain.robot import Robot
from controller.domain.work import WorkKind
from controller.engine.turn import Turn, can_work
from controller.ledger.book import family
from controller.scheduling.dispatch import LOADING_LEAD_S, Standing

RETURN_EXPECTED_S = 20 * 60.0
"""When a robot that has stopped is taken to be back, from now: a stop takes 4 min median, 12 min for nine in ten, and
some much longer (DOMAIN.md Table A). It is looked at again whenever the order changes."""
HAND_PICK_SHARE = 4
"""A person takes about so many packs a round; each bears that part of the walk."""


def want(turn: Turn, order: Order, line: OrderLine) -> None:
    """The line wants packs: promise what there is."""
    if line.wanted <= 0:
        forget(turn, order, line)
        return
    turn.state.demand.setdefault(line.gtin, {})[(order.number, line.number)] = None
    _promise(turn, order, line)
    turn.changes.orders[order.order_ref] = order


def forget(turn: Turn, order: Order, line: OrderLine) -> None:
    """The line wants nothing more: its promise is free again."""
    lines = turn.state.demand.get(line.gtin)
    if lines is not None:
        lines.pop((order.number, line.number), None)
        if not lines:
            del turn.state.demand[line.gtin]
    if line.reserved:
        turn.state.book.reserve(line.gtin, -line.reserved)
        line.reserved = 0
        turn.changes.orders[order.order_ref] = order


def refresh(turn: Turn) -> None:
    """State anew every order whose place in the queues may have changed since the last call."""
    state = turn.state
    in_service = frozenset(robot.robot for robot in state.robots.values() if can_work(robot))
    turn.working = in_service
    changed: dict[str, Order] = {}
    if in_service != state.in_service:
        state.in_service = in_service
        changed.update({order.order_ref: order for order in state.orders.values() if order.wanted})
    book = state.book
    if book.fresh:
        fresh, book.fresh = book.fresh, {}
        for gtin in dict.fromkeys(gtin for gtin, _ in fresh):
            for order, line in wanting(turn, gtin):
                _promise(turn, order, line)
                changed[order.order_ref] = order
    _bring_back_parked(turn, changed)
    _ask_patient(turn, changed)
    changed.update(turn.changes.orders)
    for order in changed.values():
        restate(turn, order)


def restate(turn: Turn, order: Order) -> None:
    """Say to the dispatch how the order stands now."""
    state = turn.state
    if order.order_ref not in state.orders or order.cancel_reason is not None:
        state.dispatch.drop(order.number)
        return
    shares: dict[str, float] = {}
    blocked_until = 0.0
    for line in order.lines:
        if line.reserved <= 0:
            continue
        holders = list(state.book.holders(line.gtin))
        serving = [account for account in holders if in_service(turn, account)]
        if holders and not serving:
            blocked_until = turn.now + RETURN_EXPECTED_S
        for account in serving:
            each_s = pack_s(turn, account, line.gtin)
            shares[account] = shares.get(account, 0.0) + line.reserved * each_s / len(serving)
    if not shares:
        state.dispatch.drop(order.number)
        return
    for account in shares:
        if family(account) == "area":
            turn.stir(account.partition(":")[2])
    weight = state.dispatch.policy.weights[order.order_class]
    left = sum(line.ordered - line.gathered - line.short for line in order.lines)
    state.dispatch.put(Standing(order.number, weight, wanted_at(turn, order), left, shares, blocked_until))


def wanted_at(turn: Turn, order: Order) -> float:
    """The last moment for its last pack to be in its tote."""
    departure = turn.state.departures.get(order.departure_id or "")
    return (departure.departs_at if departure is not None else order.due_at) - LOADING_LEAD_S


def pack_s(turn: Turn, account: str, gtin: str) -> float:
    """What one pack of the product takes at a source."""
    kind, _, name = account.partition(":")
    if kind == "robot":
        return turn.state.times.pack_s(name, turn.state.products[gtin].height_mm)
    return turn.state.times.work_s(name, WorkKind.HAND_PICK, HAND_PICK_SHARE) / HAND_PICK_SHARE


def park(turn: Turn, order: Order, account: str) -> None:
    """The account has packs for the order that must not be taken now: it is asked again when older stock has gone."""
    for line in order.lines:
        if line.reserved > 0 and turn.state.book.shelf(line.gtin, account):
            turn.state.parked.setdefault(line.gtin, {})[order.number] = None
            waits = any(not in_service(turn, other) for other in turn.state.book.holders(line.gtin))
            if waits and is_patient(turn, order):
                at = _patient_until(turn, order)
                heappush(turn.state.patient, (at, order.number))
                turn.wake_at(at)


def is_patient(turn: Turn, order: Order) -> bool:
    """Whether the order can wait for older stock in a robot that has stopped: only what would be late may pass it over.

    A patient who waits to go home does not wait for that.
    """
    return order.order_class is not OrderClass.DISCHARGE and _patient_until(turn, order) > turn.now


def trim(turn: Turn, gtin: str) -> None:
    """Stock has gone that was promised: the promises that matter least are taken back.

    Those that need the longest-lasting packs are looked at first: what suits others is no stock for them.
    """
    book, lines = turn.state.book, [(turn.outlast(order), order, line) for order, line in wanting(turn, gtin)]
    for day in sorted({outlast for outlast, _, _ in lines}, reverse=True):
        alike = [(order, line) for outlast, order, line in lines if outlast >= day]
        _take_back(turn, gtin, alike, sum(line.reserved for _, line in alike) - book.available(gtin, day))


def wanting(turn: Turn, gtin: str) -> list[tuple[Order, OrderLine]]:
    """The lines that want the product, most urgent first: what is scarce goes to patients who wait."""
    found = [turn.state.line(*key) for key in turn.state.demand.get(gtin, ())]
    return sorted((pair for pair in found if pair is not None), key=lambda pair: _urgency(*pair))


def rebuild(turn: Turn) -> None:
    """After a start: promise what there is, and state every order."""
    state = turn.state
    state.book.fresh, state.book.thinned = {}, {}
    for gtin in list(state.demand):
        for order, line in wanting(turn, gtin):
            _promise(turn, order, line)
    state.dispatch.clear()
    for order in state.orders.values():
        restate(turn, order)


def in_service(turn: Turn, account: str) -> bool:
    """Whether something can be fetched from the account now."""
    if not account.startswith("robot:"):
        return True
    if turn.working is not None:
        return account[6:] in turn.working
    robot: Robot | None = turn.state.robots.get(account[6:])
    return robot is not None and can_work(robot)


def other_holders(turn: Turn, gtins: Iterable[str], account: str) -> list[str]:
    """Other accounts that have all of these products."""
    found: set[str] | None = None
    for gtin in gtins:
        holders = {other for other in turn.state.book.holders(gtin) if other != account}
        found = holders if found is None else found & holders
    return sorted(found or ())


def _take_back(turn: Turn, gtin: str, lines: Sequence[tuple[Order, OrderLine]], excess: int) -> None:
    book = turn.state.book
    for order, line in reversed(lines):
        if excess <= 0:
            return
        freed = min(excess, line.reserved)
        if freed:
            book.reserve(gtin, -freed)
            line.reserved -= freed
            excess -= freed
            turn.changes.orders[order.order_ref] = order
            # It waits for stock now, and must not do so for ever.
            heappush(turn.state.last_calls, (turn.now, order.order_ref))


def _bring_back_parked(turn: Turn, changed: dict[str, Order]) -> None:
    state = turn.state
    if not state.book.thinned:
        return
    thinned, state.book.thinned = state.book.thinned, {}
    for gtin in thinned:
        for number in state.parked.pop(gtin, ()):
            order = state.order_by_number.get(number)
            if order is not None:
                changed[order.order_ref] = order


def _patient_until(turn: Turn, order: Order) -> float:
    """A stop is taken to last 20 min more, or as long again as it has lasted: long ones tend to stay long."""
    standing = turn.state.dispatch.standing(order.number)
    begin_by = standing.begin_by if standing is not None else wanted_at(turn, order)
    since = min((_stopped_since(turn, line.gtin) for line in order.lines if line.reserved > 0), default=turn.now)
    return min(begin_by - RETURN_EXPECTED_S, (begin_by + since) / 2.0)


def _stopped_since(turn: Turn, gtin: str) -> float:
    """When the holder that has been out of service longest stopped; now where all can work."""
    contacts = turn.state.contacts
    stops = (
        contacts[account[6:]].cannot_work_since
        for account in turn.state.book.holders(gtin)
        if account.startswith("robot:") and not in_service(turn, account)
    )
    return min((since for since in stops if since is not None), default=turn.now)


def _ask_patient(turn: Turn, changed: dict[str, Order]) -> None:
    """Orders whose time to wait for older stock is over."""
    patient = turn.state.patient
    while patient and patient[0][0] <= turn.now:
        order = turn.state.order_by_number.get(heappop(patient)[1])
        if order is not None:
            changed[order.order_ref] = order


def _promise(turn: Turn, order: Order, line: OrderLine) -> None:
    book = turn.state.book
    missing = line.wanted - line.reserved
    if missing <= 0:
        return
    free = book.available(line.gtin, turn.outlast(order)) - book.reserved.get(line.gtin, 0)
    packs = min(missing, free)
    if packs > 0:
        book.reserve(line.gtin, packs)
        line.reserved += packs
        turn.changes.orders[order.order_ref] = order


def _urgency(order: Order, line: OrderLine) -> tuple[bool, float, int, int]:
    return (order.order_class is OrderClass.ROUTINE, order.due_at, order.number, line.number)
