"""Promises: made when an order comes, looked at again as things change, judged when it is done.

The first is what a ward is told and what we are judged by; it comes from a glance at what stands before the order.
A forward run over all open orders follows every few minutes and whenever a robot stops or comes back: it sees
lateness before it happens, and names the cheapest rescue.
"""

from dataclasses import dataclass

from controller.domain.order import Order
from controller.domain.promise import LATE_BELOW, Promise
from controller.engine import pictures
from controller.engine.outlook import Outlook
from controller.engine.turn import Turn
from controller.scheduling.calendar import local_hour
from controller.scheduling.forward import Outcome, run
from controller.scheduling.picture import OpenOrder, Picture
from controller.scheduling.promise import Expectation, Method, Trouble
from controller.scheduling.rescue import Late, cause_in_words, cheapest

WORTH_TELLING_S = 60.0
WORTH_TELLING = 0.02
"""A promise that moves by no more than a minute and two per cent stays as it was told."""
WELL_ABOVE = 0.7
"""An order that was told late is told well again only when that is more likely than it was to be late."""
RESCUES_A_LOOK = 3
ORDERS_A_LOOK = 150
"""For so many late orders, and so many open ones in the pictures that are tried for them, a rescue is sought in one
look: each takes several runs, and the loop must not stand still. The others come with the next look."""
LOOK_AGAIN_S = 60.0
"""No two looks are closer than this."""
_WAITS_S = 60.0


def make_first(turn: Turn, order: Order) -> dict[str, float] | None:
    """Promise the order that has just come, and say so to who placed it; None where this core makes no promises."""
    state = turn.state
    if state.timings.promise_every_s is None:
        return None
    picture = pictures.glance(turn, order)
    hour = local_hour(turn.now, state.zone)
    standing = state.dispatch.standing(order.number)
    if standing is not None:
        state.outlook.arrivals.note(order.order_class, hour, sum(standing.shares.values()))
    outcome = run(picture)[order.number]
    expectation = _expect(turn, order, picture.orders[0], picture, outcome, Method.QUICK)
    state.outlook.first[order.order_ref] = expectation
    on_time = _on_time(turn, order, expectation)
    promise = Promise(
        order_ref=order.order_ref,
        made_at=turn.now,
        expected_at=expectation.expected_at,
        promised_at=expectation.promised_at,
        on_time=on_time,
        first_made_at=turn.now,
        first_expected_at=expectation.expected_at,
        first_promised_at=expectation.promised_at,
    )
    _keep(turn, promise)
    return {"expected_at": promise.expected_at, "promised_at": promise.promised_at, "on_time": round(on_time, 4)}


def look_again(turn: Turn) -> None:
    """A forward run over all open orders, where it is time for one and something has changed."""
    state, outlook = turn.state, turn.state.outlook
    every_s = state.timings.promise_every_s
    if every_s is None or not state.orders:
        return
    stopped_or_back = outlook.in_service != state.in_service
    if turn.now < outlook.next_at and not (stopped_or_back and turn.now >= outlook.looked_at + LOOK_AGAIN_S):
        return
    outlook.arrivals.turn(local_hour(turn.now, state.zone))
    outlook.next_at = turn.now + every_s
    seen = (state.last_order_number, len(state.orders), state.book.posting_seq)
    if seen == outlook.seen and not stopped_or_back and turn.now < outlook.stale_at:
        return
    outlook.seen, outlook.in_service, outlook.looked_at = seen, state.in_service, turn.now
    _look(turn, outlook)


def judge(turn: Turn, order: Order) -> None:
    """Its last tote is on the van or with the courier: learn how far the expectations were off."""
    state, outlook = turn.state, turn.state.outlook
    first = outlook.first.pop(order.order_ref, None)
    if first is not None:
        outlook.calibration.settle(first, turn.now)
        if outlook.broken.pop(order.order_ref, True) is not None:
            outlook.calibration.correct(order.order_class, kept=turn.now <= first.promised_at)
    for expectation in outlook.later.pop(order.order_ref, {}).values():
        outlook.calibration.settle(expectation, turn.now)
    promise = state.promises.get(order.order_ref)
    if promise is not None and promise.expected_at != turn.now:
        promise.made_at = promise.expected_at = promise.promised_at = turn.now
        promise.on_time = float(turn.now <= pictures.limit_at(turn, order))
        _well_again(turn, promise)
        _keep(turn, promise)


@dataclass(slots=True)
class _Look:
    """One look at all promises."""

    picture: Picture
    opened: dict[int, OpenOrder]
    rescues_left: int


def _notice_overdue(turn: Turn, outlook: Outlook) -> None:
    """Promises that are broken already, and expectations that are known to be off: learned before the order is done."""
    for order_ref, first in outlook.first.items():
        if turn.now > first.promised_at and order_ref not in outlook.broken:
            outlook.broken[order_ref] = None
            outlook.calibration.correct(first.situation.order_class, kept=False)
    later = (each for of_order in outlook.later.values() for each in of_order.values())
    outlook.calibration.wait_for((*outlook.first.values(), *later), turn.now)


def _look(turn: Turn, outlook: Outlook) -> None:
    _notice_overdue(turn, outlook)
    picture = pictures.whole(turn)
    rescues = max(1, min(RESCUES_A_LOOK, ORDERS_A_LOOK // max(1, len(picture.orders))))
    look = _Look(picture, {opened.number: opened for opened in picture.orders}, rescues)
    outcomes = run(picture)
    outlook.stale_at = min((outcome.gathered_at for outcome in outcomes.values()), default=turn.now)
    for number, outcome in outcomes.items():
        order, opened = turn.state.order_by_number[number], look.opened[number]
        promise = turn.state.promises.get(order.order_ref)
        if promise is None:
            continue
        expectation = _expect(turn, order, opened, picture, outcome, Method.FORWARD_RUN)
        outlook.later.setdefault(order.order_ref, {})[expectation.situation] = expectation
        _renew(turn, order, promise, expectation)
        _tell(turn, look, order, promise, outcome, expectation)


def _renew(turn: Turn, order: Order, promise: Promise, expectation: Expectation) -> None:
    """Keep what is now expected, where it differs enough from what was told."""
    on_time = _on_time(turn, order, expectation)
    moved_s = max(
        abs(expectation.expected_at - promise.expected_at), abs(expectation.promised_at - promise.promised_at)
    )
    if moved_s <= WORTH_TELLING_S and abs(on_time - promise.on_time) <= WORTH_TELLING:
        return
    promise.made_at = turn.now
    promise.expected_at = expectation.expected_at
    promise.promised_at = expectation.promised_at
    promise.on_time = on_time
    _keep(turn, promise)


def _tell(turn: Turn, look: _Look, order: Order, promise: Promise, outcome: Outcome, expectation: Expectation) -> None:
    """Say once that an order will be late, why, and what would help; and once that it is well again."""
    told, limit_at = order.order_ref in turn.state.outlook.late, pictures.limit_at(turn, order)
    if told and promise.on_time >= WELL_ABOVE:
        _well_again(turn, promise)
        _keep(turn, promise)
    elif not told and promise.on_time < LATE_BELOW and turn.now < limit_at:
        if not look.rescues_left:
            turn.state.outlook.next_at = turn.now + LOOK_AGAIN_S
            return
        look.rescues_left -= 1
        late = Late(
            order=look.opened[order.number],
            outcome=outcome,
            latest_at=limit_at - turn.state.outlook.calibration.usual_s(expectation),
            by_van=order.departure_id is not None,
            fed_at=pictures.fed_at(turn, order),
        )
        promise.cause = cause_in_words(outcome.cause, look.picture)
        promise.rescue = cheapest(look.picture, late)
        turn.state.outlook.late[order.order_ref] = None
        turn.changes.note(
            "controller",
            "promise.late_predicted",
            f"order:{order.order_ref}",
            expected_at=round(promise.expected_at, 1),
            limit_at=round(limit_at, 1),
            on_time=round(promise.on_time, 3),
            cause=promise.cause,
            rescue=promise.rescue,
        )
        _keep(turn, promise)


def _well_again(turn: Turn, promise: Promise) -> None:
    if turn.state.outlook.late.pop(promise.order_ref, True) is None and promise.on_time >= WELL_ABOVE:
        turn.changes.note(
            "controller", "promise.recovered", f"order:{promise.order_ref}", on_time=round(promise.on_time, 3)
        )
        promise.cause = promise.rescue = None


def _expect(
    turn: Turn, order: Order, opened: OpenOrder, picture: Picture, outcome: Outcome, method: Method
) -> Expectation:
    trouble = _trouble(turn, order, opened, picture)
    return turn.state.outlook.calibration.expect(order.order_class, trouble, method, turn.now, outcome.loaded_at)


def _trouble(turn: Turn, order: Order, opened: OpenOrder, picture: Picture) -> Trouble:
    if any(doubt.order_ref == order.order_ref for doubt in turn.state.doubts.values()):
        return Trouble.IN_DOUBT
    if opened.stock_at > turn.now + _WAITS_S:
        return Trouble.NO_STOCK
    down = {source.name for source in picture.sources if source.down}
    if down and any(all(name in down for name, _ in part.holders) for part in opened.parts):
        return Trouble.HOLDER_DOWN
    return Trouble.NONE


def _on_time(turn: Turn, order: Order, expectation: Expectation) -> float:
    return turn.state.outlook.calibration.within(expectation, pictures.limit_at(turn, order))


def _keep(turn: Turn, promise: Promise) -> None:
    turn.state.promises[promise.order_ref] = promise
    turn.changes.promises[promise.order_ref] = promise
