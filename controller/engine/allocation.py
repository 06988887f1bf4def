"""Promises of stock to order lines, and which source could serve which line.

A line is promised packs of its product when it is placed; which packs, from where, is decided when a source is
free. `demand` knows every line that still wants something, so a pack that becomes available finds its line.
"""

from heapq import heappush

from controller.domain.order import Order, OrderLine
from controller.domain.robot import Robot
from controller.engine.turn import Turn, can_work
from controller.ledger.book import family
from controller.scheduling.backlog import priority


def want(turn: Turn, order: Order, line: OrderLine) -> None:
    """The line wants packs: promise what there is, and offer it to every source that holds some."""
    book, demand = turn.state.book, turn.state.demand
    if line.wanted <= 0:
        forget(turn, order, line)
        return
    demand.setdefault(line.gtin, {})[(order.number, line.number)] = None
    _promise(turn, order, line)
    if line.reserved > 0:
        for account in book.holders(line.gtin):
            _offer(turn, account, order, line)


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
    """Packs that have become available since the last call are offered to the lines that want them."""
    book = turn.state.book
    if not book.fresh:
        return
    fresh, book.fresh = book.fresh, {}
    for gtin, account in fresh:
        for order, line in wanting(turn, gtin):
            _promise(turn, order, line)
            if line.reserved > 0:
                _offer(turn, account, order, line)


def trim(turn: Turn, gtin: str) -> None:
    """Stock has gone that was promised: the promises that matter least are taken back."""
    book, lines = turn.state.book, wanting(turn, gtin)
    if not lines:
        return
    usable = book.available(gtin, min(turn.outlast(order) for order, _ in lines))
    excess = book.reserved.get(gtin, 0) - usable
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


def wanting(turn: Turn, gtin: str) -> list[tuple[Order, OrderLine]]:
    """The lines that want the product, most urgent first."""
    found = [turn.state.line(*key) for key in turn.state.demand.get(gtin, ())]
    return sorted((pair for pair in found if pair is not None), key=lambda pair: priority(*pair))


def rebuild(turn: Turn) -> None:
    """After a start: offer every line to every source anew."""
    state = turn.state
    state.book.fresh = {}
    for gtin in list(state.demand):
        for order, line in wanting(turn, gtin):
            _promise(turn, order, line)
    state.backlog.rebuild(
        (account, order, line)
        for gtin in state.demand
        for order, line in wanting(turn, gtin)
        if line.reserved > 0
        for account in state.book.holders(gtin)
    )


def in_service(turn: Turn, account: str) -> bool:
    """Whether something can be fetched from the account now."""
    kind, _, name = account.partition(":")
    if kind != "robot":
        return True
    robot: Robot | None = turn.state.robots.get(name)
    return robot is not None and can_work(robot)


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


def _offer(turn: Turn, account: str, order: Order, line: OrderLine) -> None:
    turn.state.backlog.add(account, order, line)
    if family(account) == "area":
        turn.stir(account.partition(":")[2])
