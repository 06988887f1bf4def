"""Consequences of robots being out, kept up to date while they are: at most once a minute, and when that changes."""

from collections.abc import Iterable

from controller.domain.consequence import Consequence, Course, HeldUp, Prospect
from controller.domain.decision import Passed
from controller.domain.maintenance_window import WindowStatus
from controller.domain.order import OrderClass
from controller.domain.robot import Robot, Trust
from controller.domain.task import TaskKind
from controller.domain.withdrawal import Stage
from controller.domain.work import WorkKind, WorkStatus
from controller.engine import held_up, keeping
from controller.engine.outages import Response
from controller.engine.turn import PACKML_BLOCKED, Turn, can_work
from controller.faults.catalogue import kind_of
from controller.scheduling.wording import LocalTime

LOOK_EVERY_S = 60.0
PLANNED_AHEAD_S = 12 * 3600.0
"""What a maintenance window will hold up is told so long before it."""
NAMED = 50
"""So many products are named; the others are counted."""


def keep_up(turn: Turn) -> None:
    """Note what this turn has done about robots that are out, and look at the consequences where it is time."""
    known = turn.state.outages
    for name in [name for name in known.responses if name not in known.out]:
        del known.responses[name]
    for name in known.out:
        known.responses.setdefault(name, Response())
    _note(turn)
    changed = {name for name, each in known.consequences.items() if not each.planned} != known.out.keys()
    if turn.now < known.told_at + LOOK_EVERY_S and not changed:
        return
    known.told_at = turn.now
    keeping.keep_responses(turn)
    known.consequences = {each.robot: each for each in _look(turn)}
    if known.out:
        turn.wake_at(turn.now + LOOK_EVERY_S)


def _note(turn: Turn) -> None:
    responses = turn.state.outages.responses
    if not responses:
        return
    for task in turn.changes.tasks.values():
        if task.kind is TaskKind.PICK and task.cancel_asked and task.robot in responses:
            responses[task.robot].withdrawn[task.task_id] = None
    for decision in turn.changes.decisions:
        for holder in decision.others:
            name = holder.source.removeprefix("robot:")
            if holder.passed is Passed.OUT_OF_SERVICE and name in responses:
                responses[name].elsewhere[decision.source] += decision.packs
    for work in turn.changes.works.values():
        if work.kind is WorkKind.HAND_PICK and work.robot in responses and work.status is WorkStatus.DONE:
            responses[work.robot].by_hand[work.work_id] = len(work.pack_ids)


def _look(turn: Turn) -> Iterable[Consequence]:
    state = turn.state
    planned = {
        window.robot: window.from_at
        for window in state.night.windows.values()
        if window.status is WindowStatus.PLANNED
        and turn.now < window.from_at <= turn.now + PLANNED_AHEAD_S
        and can_work(state.robots[window.robot])
    }
    robots = [robot for robot in state.robots.values() if not can_work(robot) or robot.robot in planned]
    if not robots:
        return
    outs = {robot.robot: held_up.out(turn, robot, planned) for robot in robots}
    held = held_up.orders(turn, outs, planned)
    sole = _sole_source(turn, robots)
    for robot in robots:
        is_planned = can_work(robot)
        orders = sorted(held[robot.robot], key=_gravest_first)
        wanted = sole[robot.robot] & state.demand.keys()
        since = planned[robot.robot] if is_planned else state.outages.out.get(robot.robot, turn.now)
        yield Consequence(
            robot=robot.robot,
            why="planned maintenance" if is_planned else _why(turn, robot),
            at=turn.now,
            since=since,
            back_at=outs[robot.robot].back_at,
            planned=is_planned,
            orders=tuple(orders),
            products=len(sole[robot.robot]),
            wanted_products=tuple(sorted(wanted)[:NAMED]),
            done=tuple(_done(turn, robot)),
            to_do=tuple(_to_do(turn, robot, orders)),
        )


def _gravest_first(order: HeldUp) -> tuple[int, float, str]:
    return list(Prospect).index(order.prospect), order.late_from, order.order_ref


# ---- products ---------------------------------------------------------------------------------------------


def _sole_source(turn: Turn, robots: Iterable[Robot]) -> dict[str, set[str]]:
    """Robot → products of which nothing else has a pack that may be picked."""
    found: dict[str, set[str]] = {robot.robot: set() for robot in robots}
    for gtin in turn.state.products:
        holders = list(turn.state.book.holders(gtin))
        if len(holders) == 1 and holders[0][6:] in found:
            found[holders[0][6:]].add(gtin)
    return found


# ---- words -------------------------------------------------------------------------------------------------


def _why(turn: Turn, robot: Robot) -> str:
    withdrawal = turn.state.withdrawn.get(robot.robot)
    standing = sorted(robot.faults.values(), key=lambda fault: (fault.level, fault.raised_at))
    if withdrawal is not None:
        return f"taken out by {withdrawal.actor}: {withdrawal.reason}"
    if standing and standing[0].level <= 2:
        return f"{standing[0].code} {kind_of(standing[0].code).title}"
    if robot.maintenance is not None:
        return "planned maintenance"
    if robot.trust is not Trust.READY:
        return f"nothing is heard of it ({robot.trust})"
    if robot.packml in PACKML_BLOCKED:
        return "it is held or stopped"
    return f"it is in mode {robot.mode}"


def _done(turn: Turn, robot: Robot) -> Iterable[str]:
    response = turn.state.outages.responses.get(robot.robot)
    if response is None:
        return
    if response.withdrawn:
        yield f"{_count(len(response.withdrawn), 'tour')} that it had not begun taken back."
    if response.elsewhere:
        packs = ", ".join(f"{source.partition(':')[2]} {count}" for source, count in sorted(response.elsewhere.items()))
        yield f"Packs that it has too came from elsewhere: {packs}."
    if response.by_hand:
        packs = _count(sum(response.by_hand.values()), "pack")
        yield f"{packs} fetched out of it by hand in {_count(len(response.by_hand), 'job')}."
    listed = [pick for pick in turn.state.outages.hand_picks if pick.robot == robot.robot]
    if listed:
        yield f"{_count(len(listed), 'order')} on the hand-pick list of the floor."


def _to_do(turn: Turn, robot: Robot, orders: list[HeldUp]) -> Iterable[str]:
    name, clock = robot.robot, LocalTime.around(turn.now, turn.state.zone).clock
    withdrawal = turn.state.withdrawn.get(name)
    standing = sorted(robot.faults.values(), key=lambda fault: (fault.level, fault.raised_at))
    if standing and standing[0].level <= 2:
        yield kind_of(standing[0].code).operator
    listed = [pick for pick in turn.state.outages.hand_picks if pick.robot == name]
    if listed:
        first = min(pick.wanted_at for pick in listed)
        yield f"Fetch packs for {_count(len(listed), 'order')} by hand (floor work), the first by {clock(first)}."
    waiting = [order for order in orders if order.course is Course.WAITS and order.prospect is not Prospect.IN_TIME]
    if waiting and not listed and withdrawal is None:
        yield f"Take it out (`nightshift robot out {name}`): what may be late can then be fetched by hand at once."
    doubts = sum(1 for doubt in turn.state.doubts.values() if doubt.robot == name)
    if doubts:
        yield f"Look for {_count(doubts, 'pack')} of which nobody knows where they are (floor work)."
    patients = {order.destination for order in orders if order.late and order.order_class is OrderClass.DISCHARGE}
    if patients:
        yield f"Tell the wards whose patients wait: {', '.join(sorted(patients)[:5])}."
    if withdrawal is not None and withdrawal.failure is not None:
        yield f"Its return failed, so it stays out: {withdrawal.failure}."
    if withdrawal is not None and withdrawal.stage is Stage.OUT:
        yield f"When nobody is inside and no fault stands: `nightshift robot back {name}`, with your name."


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
