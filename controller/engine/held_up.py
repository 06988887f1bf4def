"""Which orders robots that are out hold up, and how likely that makes each of them late.

An order is late when neither its robot is back in time nor people fetch its packs out of it in time. People can fetch
what stands on a shelf; what the robot has in its head or on its belt only the robot can end.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from math import inf, prod

from controller.domain.consequence import Course, HeldUp
from controller.domain.order import Order
from controller.domain.pack import robot_account
from controller.domain.robot import Robot, Trust
from controller.domain.task import StepStatus, Task, TaskKind, TaskStatus
from controller.domain.work import CHECK_STATION, DOCK_STATION, FLOOR_STATION, WorkKind
from controller.engine import absence, allocation, hand_picks, pictures
from controller.engine.plan import GIVE_UP_AFTER_S
from controller.engine.turn import Turn, can_work, stands
from controller.faults.standstill import lasts_longer
from controller.scheduling.picture import BELT_S

LEAST_WAY_OUT_S = 5 * 60.0
"""From the tote to the van or the courier, though check and dock were idle."""
BY_HAND_SPREAD = 0.5
"""Of the logarithm of the time until somebody has fetched it: they walk, and are called away; estimate."""
ANSWER_S = 60.0
"""A tour that was given up and has not ended by then is one that the robot cannot end as it stands."""
_UNSETTLED = (StepStatus.BOUND, StepStatus.GRIPPED, StepStatus.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class Out:
    """A robot that is out, or will be."""

    back_at: float
    still_out: Callable[[float], float]
    """Probability that it is out at a moment."""
    opens_at: float
    """People may take packs out of it from then; never: infinite."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one order lacks of one robot or of several that are out: it is there when any of them is back."""

    robots: tuple[str, ...]
    packs: int
    freed_at: float
    """From then people may fetch it; infinite for what only the robot itself can end."""
    begun: bool
    """It is in a tour that the robot had begun, or in doubt."""


@dataclass(frozen=True, slots=True)
class _Floor:
    """The people who fetch packs out of robots."""

    listed: dict[str, int]
    """Order → its place on the list."""
    at_hand: frozenset[str]
    """Orders for which somebody has the job."""
    people: int
    job_s: float

    def done_at(self, order_ref: str, from_at: float) -> float:
        """When it is expected to be in its tote, if somebody may begin `from_at`."""
        rounds = 1 + self.listed.get(order_ref, len(self.listed)) // self.people
        return from_at + hand_picks.LOOK_EVERY_S + rounds * self.job_s


def out(turn: Turn, robot: Robot, planned: dict[str, float]) -> Out:
    """How a robot's absence looks from now; of one that works, the absence that is `planned` to begin."""
    if can_work(robot):
        since, windows = planned[robot.robot], turn.state.night.windows.values()
        until = max(each.to_at for each in windows if each.robot == robot.robot and each.from_at == since)
        return Out(until, partial(absence.out_longer, since, until), since)
    opens_at = absence.opens_at(turn, robot)
    still_out = partial(absence.still_out, turn, robot)
    return Out(absence.back_at(turn, robot), still_out, inf if opens_at is None else max(turn.now, opens_at))


def orders(turn: Turn, outs: dict[str, Out], planned: dict[str, float]) -> dict[str, list[HeldUp]]:
    """By robot; an order that several hold up is with each of them."""
    floor = _floor(turn)
    begun = _begun(turn, outs)
    found: dict[str, list[HeldUp]] = {name: [] for name in outs}
    for order in turn.state.orders.values():
        waiting = list(_waiting(turn, order, outs, planned))
        for name in outs:
            parts = [part for part in waiting if name in part.robots]
            parts += [part for part in begun.get(order.order_ref, ()) if name in part.robots]
            if parts:
                found[name].append(_held_up(turn, order, parts, outs, floor))
    return found


def _held_up(turn: Turn, order: Order, parts: list[_Part], outs: dict[str, Out], floor: _Floor) -> HeldUp:
    late_from = pictures.limit_at(turn, order) - _way_out_s(turn, order)
    likelihood, expected_at = 0.0, turn.now
    for part in parts:
        holders = [outs[name] for name in part.robots]
        by_hand_at = min(
            floor.done_at(order.order_ref, max(turn.now, part.freed_at, holder.opens_at)) for holder in holders
        )
        out_still = prod(holder.still_out(late_from - hand_picks.TOUR_S) for holder in holders)
        likelihood = max(likelihood, out_still * _misses(turn.now, by_hand_at, late_from))
        back_at = min(holder.back_at for holder in holders) + hand_picks.TOUR_S
        expected_at = max(expected_at, min(back_at, by_hand_at))
    by_hand = order.order_ref in floor.listed or order.order_ref in floor.at_hand
    inside = any(part.begun for part in parts)
    return HeldUp(
        order_ref=order.order_ref,
        destination=order.destination,
        order_class=order.order_class,
        departure_id=order.departure_id,
        packs=sum(part.packs for part in parts),
        course=Course.IN_ROBOT if inside else Course.BY_HAND if by_hand else Course.WAITS,
        late_from=late_from,
        expected_at=expected_at,
        target_at=pictures.target_at(turn, order),
        likelihood=likelihood,
    )


def _misses(now: float, expected_at: float, limit_at: float) -> float:
    """Probability that what people are expected to have done by then is done after the limit."""
    return 1.0 if expected_at == inf else lasts_longer(expected_at - now, BY_HAND_SPREAD, limit_at - now)


def _way_out_s(turn: Turn, order: Order) -> float:
    """From the tote to the van or the courier, as long as check and dock take now with what waits there."""
    last = WorkKind.LOAD if order.departure_id is not None else WorkKind.HAND_OVER
    stations = ((CHECK_STATION, WorkKind.CHECK), (DOCK_STATION, last))
    return max(LEAST_WAY_OUT_S, BELT_S + sum(_through_s(turn, station, kind) for station, kind in stations))


def _through_s(turn: Turn, station: str, kind: WorkKind) -> float:
    waiting = len(turn.state.waiting_work.get(station, ()))
    rounds = 1.0 + waiting / max(1, turn.state.attendance.people(station, turn.now))
    return rounds * turn.state.times.work_s(station, kind, pictures.USUAL_TOTE_PACKS)


# ---- what is held up ---------------------------------------------------------------------------------------


def _waiting(turn: Turn, order: Order, outs: dict[str, Out], planned: dict[str, float]) -> Iterable[_Part]:
    """Lines of which all that there is stands in robots that are out, or will be when it is wanted."""
    if order.cancel_reason is not None:
        return
    wanted_at = allocation.wanted_at(turn, order)
    away = {robot_account(name): name for name in outs if wanted_at >= planned.get(name, 0.0)}
    for line in order.lines:
        holders = list(turn.state.book.holders(line.gtin)) if line.reserved > 0 else []
        if holders and all(account in away for account in holders):
            yield _Part(tuple(away[account] for account in holders), line.reserved, turn.now, begun=False)


def _begun(turn: Turn, outs: dict[str, Out]) -> dict[str, list[_Part]]:
    """Order → what is in tours that the robots have begun and cannot end, or in doubt."""
    found: dict[str, list[_Part]] = {}
    for name in outs:
        robot = turn.state.robots[name]
        if can_work(robot):
            continue
        for task in turn.state.open_tasks(name):
            packs = sum(step.status in _UNSETTLED for step in task.steps)
            if task.kind is TaskKind.PICK and task.order_ref is not None and packs and not _is_at_it(robot, task):
                part = _Part((name,), packs, _freed_at(turn, robot, task), begun=True)
                found.setdefault(task.order_ref, []).append(part)
    return found


def _is_at_it(robot: Robot, task: Task) -> bool:
    """A robot that drains, or is on its way back, ends what it is doing."""
    moves = robot.trust is Trust.READY and robot.mode == "automatic" and not stands(robot)
    return moves and task.status is TaskStatus.RUNNING


def _freed_at(turn: Turn, robot: Robot, task: Task) -> float:
    """When what is in a tour that has begun is free for others."""
    works = turn.state.works.values()
    if any(work.kind is WorkKind.SETTLE and _is_about(turn, work.doubt_id, task) for work in works):
        return turn.now + turn.state.times.work_s(FLOOR_STATION, WorkKind.SETTLE, 1)
    since = turn.state.contacts[robot.robot].cannot_work_since
    gripped = any(step.status is not StepStatus.BOUND for step in task.steps if step.status in _UNSETTLED)
    if since is None or gripped or turn.now > since + GIVE_UP_AFTER_S + ANSWER_S:
        return inf
    return since + GIVE_UP_AFTER_S


def _is_about(turn: Turn, doubt_id: str | None, task: Task) -> bool:
    doubt = turn.state.doubts.get(doubt_id or "")
    return doubt is not None and doubt.task_id == task.task_id


def _floor(turn: Turn) -> _Floor:
    state = turn.state
    return _Floor(
        listed={pick.order_ref: place for place, pick in enumerate(state.outages.hand_picks)},
        at_hand=frozenset(
            work.order_ref or ""
            for work in state.works.values()
            if work.kind is WorkKind.HAND_PICK and work.robot is not None
        ),
        people=max(1, state.attendance.people(FLOOR_STATION, turn.now)),
        job_s=state.times.work_s(FLOOR_STATION, WorkKind.HAND_PICK, allocation.HAND_PICK_SHARE),
    )
