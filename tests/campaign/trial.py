"""One trial: causes are brought about in the plant while it works, and what became of everything is looked at.

What must be so afterwards, whatever was injected:

- seen: each blow that a cause struck has its fault record;
- alarmed once: a condition has one alarm at a time, a robot shows one standstill at a time, what stops a robot for
  longer than the alarm's delay has been shown, and nothing came back oftener than it struck;
- told: an order that left late was said to be late, or at risk, while something could be done;
- over: every order has left, every robot works, nothing is in doubt, in hand, or in the way; what still stands waits
  for a person under an alarm;
- sound: invariants hold, and the independent auditor finds nothing.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from controller.domain.alarm import Alarm
from controller.domain.consequence import Prospect
from controller.domain.fault import Fault
from controller.domain.order import Order
from controller.domain.work import WorkStatus
from controller.engine.core import Core, Step
from controller.engine.turn import can_work
from controller.faults.conditions import KINDS, SITE_WIDE, STANDSTILLS, kind_of_fault
from controller.ledger.invariants import check
from controller.rehearsal.report import late_s
from controller.rehearsal.world import World
from controller.storage.inline import InlineSqliteStore
from simulator.audit import audit_files
from simulator.centre import Centre
from simulator.record import FileRecord, MemoryCauseLog
from simulator.site import read_site
from simulator.truth import CauseEntry
from tests.campaign.plant import START_AT, Plant

LONGEST_S = 40 * 3600.0
"""An engineer comes after hours, and not every one finds the cause the first time."""
SETTLES_S = 1800.0
"""So long everything must have been over before a trial ends: what comes back is not over."""
SEEN_WITHIN_S = 600.0
"""A blow that no robot tells of (a door, a lost link, a wrong record) is seen within this time of it."""
SEEN_AT_ONCE_S = {"STK-53": 10.0}
"""The code of a pack tells its expiry when it is put in, and the answer to that has compared it with the delivery."""
EXPLAINED = {"NET-90": frozenset({"PWR-80", "NET-92"})}
"""A robot that is silent for want of power, or as its program hangs, cannot show that its link is lost, too."""
LATENT = "IDN-31"
"""A pack with another's code shows when it is picked, not before. One that was sent unseen the auditor finds."""
ALARM_GRACE_S = 30.0
"""Beyond a condition's own delay: the link, a turn, and the tick that looks."""


@dataclass(frozen=True, slots=True)
class Injection:
    cause: str
    robot: str
    after_s: float = 600.0
    severity: float = 1.0


@dataclass(frozen=True, slots=True)
class Words:
    """What was said of an order while a robot held it up and it could still leave in time, and whether it did not."""

    order_ref: str
    first: Prospect
    gravest: Prospect
    last: Prospect
    late: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial came to; `findings` is empty where all was as it must be."""

    injections: tuple[Injection, ...]
    struck: tuple[tuple[str, str], ...]
    """(cause, code) of each blow."""
    faults: int
    shown: tuple[tuple[str, int], ...]
    """(condition, how often it was shown to people)."""
    late: int
    foretold: int
    """Of these, orders that were promised late, or that a robot was said to make late or to endanger, before that."""
    words: tuple[Words, ...]
    """Of each order that a robot held up."""
    over_after_s: float
    findings: tuple[str, ...]


@dataclass(slots=True)
class _Watched:
    """What only shows while it runs."""

    said: dict[str, list[Prospect]] = field(default_factory=dict)
    """Order → what consequences said of it while it could still leave in time."""
    promised_late: set[str] = field(default_factory=set)
    shown: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Condition → how often it was shown."""
    beside: set[str] = field(default_factory=set)
    """Robots of which two standstills were shown at one time."""
    alarms: dict[str, Alarm] = field(default_factory=dict)
    """By id, as it was written last."""

    @property
    def told(self) -> set[str]:
        """Orders of which somebody was told that they will be late, or may be."""
        return self.promised_late | {ref for ref, said in self.said.items() if set(said) != {Prospect.IN_TIME}}

    def watch(self, core: Core, step: Step, now: float) -> None:
        state = core.state
        for consequence in state.outages.consequences.values():
            for held in consequence.orders:
                if now < held.late_from:
                    self.said.setdefault(held.order_ref, []).append(held.prospect)
        self.promised_late.update(state.outlook.late)
        self.alarms.update((alarm.alarm_id, alarm) for alarm in step.batch.alarms)
        for entry in step.batch.journal:
            if entry.action == "alarm.raised":
                self.shown[str(entry.data["condition"])] += 1
        per_robot: dict[str, int] = defaultdict(int)
        for alarm in state.alarms.values():
            # safety is never shown under another alarm, so it may stand beside one
            if (
                alarm.robot
                and alarm.active
                and not alarm.suppressed
                and alarm.kind in STANDSTILLS
                and not alarm.latched
            ):
                per_robot[alarm.robot] += 1
        self.beside.update(robot for robot, count in per_robot.items() if count > 1)


def run_trial(plant: Plant, folder: Path, injections: Sequence[Injection], *, seed: int = 1) -> Outcome:
    """Play the plant's day with these causes in it, people coming by themselves, until all is over or LONGEST_S."""
    folder.mkdir(parents=True)
    database = plant.copy_database(folder)
    store, record, log, watched = (
        InlineSqliteStore(database), FileRecord(folder / "physical.jsonl"), MemoryCauseLog(), _Watched(),
    )  # fmt: skip
    try:
        centre = Centre(
            read_site(plant.folder), seed=seed, faults="none", record=record, start_at=START_AT,
            until_at=plant.last_order_at, cause_log=log,
        )  # fmt: skip
        world = World(centre, store, site="busy", start_at=START_AT, watch=watched.watch)
        for each in injections:
            _, outputs = centre.inject(
                each.robot, world.now, cause=each.cause, severity=each.severity, in_s=each.after_s
            )
            world.take(outputs)
        over_at = _play(world, plant)
        history = store.history()
        findings = [
            *_unseen(log.entries, world.core.state.faults.values()),
            *_alarmed(world, watched, log.entries),
            *_left(world, plant),
            *_untold(history.orders, watched),
            *(f"unsound: {violation}" for violation in check(history)),
            *(f"audit: {each}" for each in audit_files(folder / "physical.jsonl", database, plant.folder)),
        ]
        late = {order.order_ref for order in history.orders if late_s(order, math.inf) > 0}
        words = tuple(_words(ref, said, ref in late) for ref, said in sorted(watched.said.items()))
        return Outcome(
            tuple(injections),
            tuple((entry.cause, entry.code or "") for entry in log.entries if entry.event == "struck"),
            len(world.core.state.faults),
            tuple(sorted(watched.shown.items())),
            len(late),
            len(late & watched.told),
            words,
            over_at - START_AT,
            tuple(findings),
        )
    finally:
        store.close()
        record.close()


def _words(order_ref: str, said: Sequence[Prospect], late: bool) -> Words:
    return Words(order_ref, said[0], min(said, key=list(Prospect).index), said[-1], late)


def _play(world: World, plant: Plant) -> float:
    """Until all has been over for SETTLES_S; the moment since when it is."""
    world.run_until(plant.last_order_at)
    over_at = world.now
    while world.now < START_AT + LONGEST_S:
        world.run_until(world.now + 300.0)
        if _left(world, plant):
            over_at = world.now
        elif world.now >= over_at + SETTLES_S:
            return over_at
    return over_at


# ---- what is looked at -------------------------------------------------------------------------------------


def _unseen(entries: Iterable[CauseEntry], faults: Iterable[Fault]) -> list[str]:
    known = list(faults)
    return [
        f"unseen: {entry.cause} struck {entry.robot} as {entry.code} ({entry.fault})"
        for entry in entries
        if entry.event == "struck" and entry.code != LATENT and not any(_shows(fault, entry) for fault in known)
    ]


def _shows(fault: Fault, entry: CauseEntry) -> bool:
    """Whether it is the record of this blow; where no robot told of it, of its code, standing or soon after, or of one
    that explains it and stands.
    """
    if entry.fault is not None and fault.occurrence == entry.fault:
        return True
    stands = fault.raised_at <= entry.at and (fault.cleared_at is None or fault.cleared_at >= entry.at)
    if fault.robot == entry.robot and fault.code in EXPLAINED.get(entry.code or "", ()) and stands:
        return True
    if (fault.robot, fault.code) != (entry.robot, entry.code):
        return False
    within_s = SEEN_AT_ONCE_S.get(fault.code, SEEN_WITHIN_S)
    return stands or -60.0 <= fault.raised_at - entry.at <= within_s


def _alarmed(world: World, watched: _Watched, entries: Iterable[CauseEntry]) -> list[str]:
    state = world.core.state
    alarms = list(watched.alarms.values())
    found = [f"two at once: {name} showed two standstills" for name in sorted(watched.beside)]
    by_condition: dict[str, list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        by_condition[alarm.condition].append(alarm)
    for condition, rows in by_condition.items():
        rows.sort(key=lambda alarm: alarm.raised_at)
        for earlier, later in pairwise(rows):
            if earlier.ended_at is None or earlier.ended_at > later.raised_at:
                found.append(f"twice: {condition} stood in {earlier.alarm_id} and {later.alarm_id}")
    for fault in state.faults.values():
        if not _was_alarmed(fault, alarms):
            found.append(f"not alarmed: {fault.code} of {fault.robot} stood {_stood_s(fault, world.now):.0f} s")
    blows: dict[str, int] = defaultdict(int)
    for entry in entries:
        blows[entry.robot] += entry.event == "struck"
    for condition, times in watched.shown.items():
        kind, _, subject = condition.partition("/")
        robot = subject.partition(":")[0]
        if kind in STANDSTILLS and times > max(1, blows[robot]):
            found.append(f"again and again: {condition} shown {times} times for {blows[robot]} blows")
    return found


def _was_alarmed(fault: Fault, alarms: Sequence[Alarm]) -> bool:
    kind = kind_of_fault(fault.code, fault.level)
    if kind is None or fault.level > 2:
        return True
    until_at = fault.cleared_at if fault.cleared_at is not None else float("inf")
    if until_at - fault.raised_at < KINDS[kind].on_delay_s + ALARM_GRACE_S:
        return True
    kinds = {kind, *STANDSTILLS}
    return any(
        ((alarm.robot == fault.robot and alarm.kind in kinds) or alarm.kind in SITE_WIDE)
        and alarm.raised_at < until_at
        and (alarm.ended_at is None or alarm.ended_at > fault.raised_at)
        for alarm in alarms
    )


def _stood_s(fault: Fault, now: float) -> float:
    return (fault.cleared_at or now) - fault.raised_at


def _left(world: World, plant: Plant) -> list[str]:
    """What is not over."""
    state = world.core.state
    found = [f"open order: {order.order_ref} is {order.status}" for order in state.orders.values()]
    if state.last_order_number < plant.orders:
        found.append(f"orders: {state.last_order_number} of {plant.orders} came")
    for robot in state.robots.values():
        if not can_work(robot):
            found.append(
                f"robot: {robot.robot} cannot work ({robot.trust}, {robot.mode}, PackML {robot.packml},"
                f" withdrawn {robot.withdrawn}, faults {[fault.code for fault in robot.faults.values()]})"
            )
        found += [f"task: {task.task_id} {task.kind} of {robot.robot} is {task.status}"
                  for task in state.open_tasks(robot.robot)]  # fmt: skip
    found += [f"doubt: {doubt.doubt_id} about {doubt.pack_id} of {doubt.robot}" for doubt in state.doubts.values()]
    found += [
        f"work: {work.work_id} {work.kind} at {work.station} is {work.status}"
        for work in state.works.values()
        if work.status in (WorkStatus.WAITING, WorkStatus.TAKEN)
    ]
    told = {alarm.robot for alarm in state.alarms.values()}
    found += [
        f"fault: {fault.code} of {fault.robot} stands and nobody is told"
        for faults in state.standing_faults.values()
        for fault in faults.values()
        if fault.level <= 2 or fault.robot not in told
    ]
    return found


def _untold(orders: Iterable[Order], watched: _Watched) -> list[str]:
    late = [order.order_ref for order in orders if late_s(order, math.inf) > 0]
    return [f"untold: {order_ref} left late" for order_ref in late if order_ref not in watched.told]
