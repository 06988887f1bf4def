"""Scenes: one real simulated robot at virtual time, sound for some hours, then given a cause, until that has struck.

Only what robots say on the wire reaches the diagnosis; the true cause comes from the simulator's own record.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from controller.domain.fault import Condition, Fault, Feature
from controller.protocol.events import Event, FaultRaised
from controller.protocol.reports import Telemetry
from controller.protocol.vocabulary import RobotKind, epoch_s
from controller.transport.translation import condition_from
from simulator.chance import Chance
from simulator.hardware.causes.kinds import CauseKind, Growth
from tests.bench.diagnosis.builds import AS_BUILT, Build, known_cause, running
from tests.bench.diagnosis.strangers import STRANGERS
from tests.unit.simulator.busy_robot import NOON, BusyRobot

HOUR_S = 3600.0
SOUND_S = 6 * HOUR_S
"""Before the cause begins."""
AHEAD_S = 24 * HOUR_S
"""A cause that grows begins as severe as it is this long before its first possible blow, or from nothing where that
takes less time."""
LONGEST_S = 96 * HOUR_S
"""After the cause has begun."""
AFTER_S = 0.5 * HOUR_S
"""After the first blow: it may come again."""
REST_S = 250.0
"""Between two tours: 1,400 packs a day, as in Table B."""
FEED_S = 60.0
STEP_S = 600.0
PICKS_A_DAY = 1430.0
UNTOLD = {"IDN-31": "overprinted_code", "STK-50": "wrong_record"}
"""Faults of whose cause the simulator's record speaks elsewhere, as the blow was silent and the fault came later."""


@dataclass(frozen=True, slots=True)
class TrueFault:
    fault: Fault
    cause: str


@dataclass(frozen=True, slots=True)
class Presence:
    """A cause was there."""

    cause: str
    began_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class Trace:
    """What one robot told in one scene, and the truth."""

    robot: str
    injected: str | None
    begun_at: float
    ended_at: float
    conditions: tuple[Condition, ...]
    faults: tuple[TrueFault, ...]
    present: tuple[Presence, ...]

    @property
    def struck(self) -> TrueFault | None:
        """The first fault that the given cause brought about."""
        after = (told for told in self.faults if told.fault.raised_at >= self.begun_at)
        return next((told for told in after if told.cause == self.injected), None)


class SceneRobot(BusyRobot):
    """Works at the pace of Table B instead of without end."""

    _fed_at = 0.0

    def _give_work(self) -> None:
        self._feeding = self.now - self._fed_at >= FEED_S
        if self._feeding:
            self._fed_at = self.now
        super()._give_work()


def play(
    robot: str,
    cause: str | None,
    seed: int,
    background: str = "normal",
    hours: float = 24.0,
    build: Build = AS_BUILT,
) -> Trace:
    """Without a cause: `hours` of what comes by itself."""
    with running(build):
        return _play(robot, None if cause is None else build.causes[cause], seed, background, hours, build)


def _play(robot: str, kind: CauseKind | None, seed: int, background: str, hours: float, build: Build) -> Trace:
    zone = RobotKind(kind.zones[0] if kind is not None and len(kind.zones) == 1 else "ambient")
    busy = SceneRobot(background, kind=zone, seed=seed, packs=600, rest_s=REST_S)
    conditions: list[Condition] = []
    raised: dict[str, tuple[float, FaultRaised]] = {}
    begun_at = NOON + SOUND_S if kind is not None else NOON

    def work(until: float) -> None:
        busy.run(max(0.0, until - busy.now))
        for message in busy.heard:
            if isinstance(message, Telemetry):
                condition = _condition(message, robot)
                if condition is not None:
                    conditions.append(build.as_told(condition))
            elif isinstance(message, Event) and isinstance(message.body, FaultRaised):
                raised.setdefault(message.body.fault.occurrence, (epoch_s(message.at), message.body))
        busy.heard.clear()

    if kind is None:
        for until in _steps(NOON, NOON + hours * HOUR_S):
            work(until)
    else:
        for until in _steps(NOON, begun_at):
            work(until)
        _give(busy, kind, Chance(seed).stream(f"scene/{kind.cause}").uniform(0.4, 1.0))
        for until in _steps(begun_at, begun_at + LONGEST_S):
            work(until)
            if _has_struck(busy, kind, raised, begun_at):
                work(until + AFTER_S)
                break
    return Trace(
        robot=robot,
        injected=None if kind is None else kind.cause,
        begun_at=begun_at,
        ended_at=busy.now,
        conditions=tuple(conditions),
        faults=tuple(_faults(busy, robot, raised)),
        present=tuple(_present(busy)),
    )


def _give(busy: BusyRobot, kind: CauseKind, drawn: float) -> None:
    severity = _first_severity(kind, drawn)
    if kind.cause in STRANGERS:
        with known_cause(kind):
            busy.inject(cause=kind.cause, severity=severity)
    else:
        busy.inject(cause=kind.cause, severity=severity)


def _has_struck(busy: BusyRobot, kind: CauseKind, raised: dict[str, tuple[float, FaultRaised]], since: float) -> bool:
    if kind.cause == "overprinted_code":
        # shows when the pack is picked, hours after it was put in
        return any(told.fault.code == "IDN-31" and at >= since for at, told in raised.values())
    entries = (entry for entry in busy.log.entries if entry.at >= since)
    return any(entry.cause == kind.cause and entry.event == "struck" for entry in entries)


def _steps(start: float, end: float) -> Iterator[float]:
    count = math.ceil((end - start) / STEP_S)
    return (start + n * STEP_S for n in range(1, count + 1))


def _first_severity(kind: CauseKind, drawn: float) -> float:
    """Sudden causes begin with the drawn severity."""
    if kind.growth is Growth.SUDDEN:
        return drawn
    if kind.growth is Growth.WEAR:
        age = math.sqrt(kind.strikes_from) - AHEAD_S / (kind.grows * 86_400.0)
        return max(0.001, max(0.0, age) ** 2)
    picks = AHEAD_S / 86_400.0 * PICKS_A_DAY
    return max(0.001, kind.strikes_from - picks / kind.grows)


def _condition(message: Telemetry, robot: str) -> Condition | None:
    told = condition_from(message)
    if told is None:
        return None
    features = tuple(Feature(f.name, f.subject or "", f.count, f.mean, f.worst) for f in told.features)
    return Condition(robot, told.since_at, told.at, features)


def _faults(busy: BusyRobot, robot: str, raised: dict[str, tuple[float, FaultRaised]]) -> Iterator[TrueFault]:
    struck = [entry for entry in busy.log.entries if entry.event == "struck"]
    known = {entry.fault: entry.cause for entry in struck if entry.fault is not None}
    found: list[TrueFault] = []
    for occurrence, (at, told) in raised.items():
        fault = told.fault
        cause = known.get(occurrence) or UNTOLD.get(fault.code)
        if cause is not None:
            record = Fault("", robot, occurrence, fault.code, fault.level, at)
            record.location, record.pack_id, record.axis = fault.location, fault.pack_id, fault.axis
            found.append(TrueFault(record, cause))
    for number, entry in enumerate(struck):
        if entry.fault is None and entry.code is not None and entry.code not in UNTOLD:
            # seen from a door, a lost contact or a sum that differs: the code is known, and nothing more
            found.append(TrueFault(Fault("", robot, f"~{number}", entry.code, 2, entry.at), entry.cause))
    found.sort(key=lambda true: true.fault.raised_at)
    for number, true in enumerate(found, start=1):
        true.fault.fault_id = f"{robot}/{number}"
        yield true


def _present(busy: BusyRobot) -> Iterator[Presence]:
    began: dict[int, tuple[str, float]] = {}
    for entry in busy.log.entries:
        if entry.event == "began":
            began[entry.number] = (entry.cause, entry.at)
        elif entry.event == "cured" and entry.number in began:
            cause, at = began.pop(entry.number)
            yield Presence(cause, at, entry.at)
    for cause, at in began.values():
        yield Presence(cause, at, busy.now)
