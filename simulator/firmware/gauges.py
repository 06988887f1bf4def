"""What the robot measures of itself: counts since the last condition, and where the head was in the last minute."""

import math
from collections import deque
from collections.abc import Iterable

from controller.protocol.reports import Condition, Feature, Signal, Telemetry
from controller.protocol.topics import Channel
from controller.protocol.vocabulary import timestamp
from simulator.firmware.reporter import Reporter
from simulator.hardware.causes.kinds import PLACE, Load, Shift
from simulator.hardware.gantry import Point
from simulator.hardware.luck import Luck
from simulator.hardware.machine import Machine
from simulator.hardware.settings import CORRECTED_MM, RETRIES_A_MM
from simulator.hardware.signals import GAUGES, Gauge, Per
from simulator.timeline import Clockwork

CONDITION_INTERVAL_S = 300.0
WINDOW_S = 60
"""The flight recorder gets so many frames of a second each."""
_SHELVES_TOLD = 32
_LEAST_GAP_S = 2.0
"""Between two conditions, however fast faults follow each other."""

Place = tuple[str, str | None]


class Gauges:
    """One boot's. Draws from a stream of its own: what is measured changes nothing that happens."""

    def __init__(
        self, machine: Machine, zone: str, luck: Luck, clock: Clockwork, reporter: Reporter, robot: str, generation: int
    ) -> None:
        self._machine = machine
        self._luck = luck
        self._clock = clock
        self._reporter = reporter
        self._robot = robot
        self._generation = generation
        self._gauges = [gauge for gauge in GAUGES if zone in gauge.zones]
        self._always = zone == "fridge"
        self._trail: deque[tuple[float, float, float, Point, Point]] = deque(maxlen=64)
        """Begin, travel, whole duration, from, to: of each motion."""
        self._frame = 0
        self._framed_at = clock.now
        self._last_marks: list[Shift] = []
        """Those of the condition that was told last: the frame of the fault itself shows them too."""
        self._begin_window()

    def _begin_window(self) -> None:
        self.since = self._clock.now
        self.travels = self.grips = self.retries = self.scans = self.reads = self.lands = 0
        self.busy_s = self.grip_s = self.longest_grip_s = 0.0
        self.shelves: dict[str, list[int]] = {}
        """Grips and retries of each shelf."""
        self._marks: list[Shift] = []

    # --- what happened -----------------------------------------------------------------------------------------

    def moved(self, duration_s: float) -> None:
        """The head has set out on the gantry's last way, at the end of which it works until `duration_s` is over."""
        start, end, travel_s = self._machine.gantry.last_way
        self._trail.append((self._clock.now, travel_s, duration_s, start, end))
        self.travels += 1
        self.busy_s += duration_s

    def gripped(self, location: int) -> None:
        """The motion under way ends with a grip."""
        _, travel_s, duration_s, _, _ = self._trail[-1]
        grip_s = duration_s - travel_s
        self.grips += 1
        self.grip_s += grip_s
        self.longest_grip_s = max(self.longest_grip_s, grip_s)
        if self._machine.troubles.active:
            self._shelf(location)[0] += 1

    def retried(self, location: int, times: int) -> None:
        self.retries += times
        self._shelf(location)[1] += times

    def _shelf(self, location: int) -> list[int]:
        return self.shelves.setdefault(self._machine.layout.shelf_of(location).name, [0, 0])

    def scanned(self, read: bool) -> None:
        self.scans += 1
        self.reads += read

    def mark(self, symptoms: Iterable[Shift]) -> None:
        """A fault is about to be raised: what its last moments look like."""
        self._marks.extend(symptoms)

    # --- the condition -----------------------------------------------------------------------------------------

    def tell_if_due(self) -> None:
        """The condition of the last minutes, where there is anything to tell."""
        moved = self.travels or self.scans or self._always
        if moved and self._clock.now - self.since >= CONDITION_INTERVAL_S:
            self.tell()

    def tell(self) -> None:
        """The condition now; a new while begins."""
        now = self._clock.now
        if now - self.since < _LEAST_GAP_S and not self._marks:
            return
        condition = Condition(since=timestamp(self.since), features=self._features(now))
        self._last_marks = self._marks
        self._begin_window()
        self._say(now, condition=condition)

    def _say(self, at: float, signals: tuple[Signal, ...] = (), condition: Condition | None = None) -> None:
        self._frame += 1
        self._reporter.say(
            Channel.TELEMETRY,
            Telemetry(
                robot=self._robot,
                generation=self._generation,
                frame=self._frame,
                at=timestamp(at),
                signals=signals,
                condition=condition,
            ),
        )

    def _features(self, now: float) -> tuple[Feature, ...]:
        means, worsts = self._shifts(now, self._marks)
        counts = {
            Per.TRAVEL: self.travels,
            Per.GRIP: self.grips,
            Per.SCAN: self.scans,
            Per.LAND: self.lands,
            Per.MINUTE: max(1, round((now - self.since) / 60.0)),
        }
        features = [
            self._feature(gauge, max(1, counts[gauge.per]), means, worsts)
            for gauge in self._gauges
            if (counts[gauge.per] or (gauge.feature, gauge.subject) in worsts)
            and self._machine.settings.measures(gauge.feature)
        ]
        features.extend(self._counted(means, worsts))
        return tuple(features)

    def _shifts(self, now: float, marks: Iterable[Shift]) -> tuple[dict[Place, float], dict[Place, float]]:
        """What the causes at work and the marks add to mean and worst of each feature."""
        means: dict[Place, float] = {}
        worsts: dict[Place, float] = {}
        troubles, layout = self._machine.troubles, self._machine.layout
        pace = troubles.settings.load(Load.PACE)
        for trouble in troubles.active:
            severity, felt = trouble.severity_at(now, troubles.cycles), troubles.felt(trouble, now)
            shelf = None if trouble.place is None else layout.shelf_of(trouble.place).name
            for shift in trouble.kind.shifts:
                place = (shift.feature, shelf if shift.subject == PLACE else shift.subject)
                share = severity
                if shift.feature == "grip_retries":
                    share = felt
                elif shift.feature == "torque_percent":
                    share *= pace
                means[place] = means.get(place, 0.0) + share * shift.mean
                worsts[place] = worsts.get(place, 0.0) + share * shift.worst
        wrong_mm = troubles.wrong_mm(now) - CORRECTED_MM
        if wrong_mm > 0.0:
            means["grip_retries", "H1"] = means.get(("grip_retries", "H1"), 0.0) + wrong_mm * RETRIES_A_MM
        for shift in (*troubles.settings.shifts(), *marks):
            place = (shift.feature, shift.subject)
            means[place] = means.get(place, 0.0) + shift.mean
            worsts[place] = worsts.get(place, 0.0) + shift.worst
        return means, worsts

    def _feature(self, gauge: Gauge, count: int, means: dict[Place, float], worsts: dict[Place, float]) -> Feature:
        place = (gauge.feature, gauge.subject)
        luck, sigma = self._luck, gauge.sigma
        mean = gauge.mean + means.get(place, 0.0) + luck.gauss(0.0, sigma / math.sqrt(count))
        reach = math.sqrt(2.0 * math.log(count)) if count > 1 else 0.0
        # worst samples are normally distributed extremes, and what a cause adds beside the mean varies from day to day
        worst = (
            mean + gauge.worse * sigma * abs(luck.gauss(reach, 0.4)) + worsts.get(place, 0.0) * luck.uniform(0.8, 1.2)
        )
        low, high = gauge.low, gauge.high
        return Feature(
            name=gauge.feature,
            subject=gauge.subject,
            count=count,
            mean=round(min(high, max(low, mean)), 3),
            worst=round(min(high, max(low, worst)), 3),
        )

    def _counted(self, means: dict[Place, float], worsts: dict[Place, float]) -> list[Feature]:
        told: list[Feature] = []
        if self.grips:
            slower_s, longer_s = means.get(("grip_time_s", "H1"), 0.0), worsts.get(("grip_time_s", "H1"), 0.0)
            mean, worst = self.grip_s / self.grips + slower_s, self.longest_grip_s + slower_s + longer_s
            told.append(_told("grip_time_s", "H1", self.grips, mean, worst))
            told.append(self._retried("H1", self.grips, self.retries, means))
        if self.travels:
            told.append(
                _told("cycle_time_s", None, self.travels, self.busy_s / self.travels, self.busy_s / self.travels)
            )
        if self.scans:
            rate = self.reads / self.scans
            told.append(_told("read_rate", "IN-1", self.scans, rate, 1.0 if self.reads == self.scans else 0.0))
        for shelf, (grips, retries) in list(self.shelves.items())[:_SHELVES_TOLD]:
            if retries or ("grip_retries", shelf) in means:
                told.append(self._retried(shelf, max(1, grips), retries, means))
            edge_mm = means.get(("shelf_edge_mm", shelf))
            if edge_mm is not None and grips:
                edge_mm += self._luck.gauss(0.6, 0.2)
                told.append(_told("shelf_edge_mm", shelf, grips, edge_mm, edge_mm + worsts[("shelf_edge_mm", shelf)]))
        return told

    def _retried(self, subject: str, grips: int, really: int, means: dict[Place, float]) -> Feature:
        """Retries a grip: those that failed, and those that a fresh search for the edge put right unnoticed."""
        rate = means.get(("grip_retries", subject), 0.0) + (0.01 if subject == "H1" else 0.0)
        noticed = really + sum(self._luck.random() < rate for _ in range(grips))
        return _told("grip_retries", subject, grips, noticed / grips, 2.0 if really > 1 else float(noticed > 0))

    # --- the last minute ---------------------------------------------------------------------------------------

    def tell_last_minute(self) -> None:
        """A frame for each of the last seconds that has had none yet."""
        now = self._clock.now
        first = max(self._framed_at + 1.0, now - WINDOW_S + 1.0)
        seconds = int(now - first) + 1 if now >= first else 0
        for back in range(seconds - 1, -1, -1):
            self._say(now - back, self._signals(now - back, last=back == 0))
        if seconds:
            self._framed_at = now

    def _signals(self, at: float, *, last: bool) -> tuple[Signal, ...]:
        x_m, y_m, moving, working = self._head_at(at)
        means, worsts = self._shifts(at, self._last_marks if last else ())
        luck = self._luck
        signals = [Signal(name="x_mm", samples=(round(1000.0 * x_m, 1),))]
        signals.append(Signal(name="y_mm", samples=(round(1000.0 * y_m, 1),)))
        for axis in "xyzr":
            for feature, still, busy, sigma in (
                ("following_error_mm", 0.05, 0.6, 0.12),
                ("torque_percent", 8.0, 42.0, 4.0),
            ):
                place = (feature, axis)
                runs = moving if axis in "xy" else working
                value = (busy if runs else still) + luck.gauss(0.0, sigma)
                value += means.get(place, 0.0) if runs else 0.0
                value += worsts.get(place, 0.0) if last else 0.0
                signals.append(
                    Signal(name=f"{feature.rpartition('_')[0]}_{axis}_{_unit(feature)}", samples=(round(value, 2),))
                )
        vacuum = -600.0 + means.get(("vacuum_mbar", "H1"), 0.0) if working else 0.0
        signals.append(Signal(name="vacuum_mbar", samples=(round(vacuum + luck.gauss(0.0, 6.0), 1),)))
        return tuple(signals)

    def _head_at(self, at: float) -> tuple[float, float, bool, bool]:
        """Position, whether the axes move, whether the gripper works."""
        for began_at, travel_s, duration_s, start, end in reversed(self._trail):
            if began_at > at:
                continue
            share = min(1.0, (at - began_at) / travel_s) if travel_s > 0 else 1.0
            x_m, y_m = start.x_m + share * (end.x_m - start.x_m), start.y_m + share * (end.y_m - start.y_m)
            return x_m, y_m, share < 1.0, travel_s <= at - began_at < duration_s
        here = self._trail[0][3] if self._trail else self._machine.gantry.at
        return here.x_m, here.y_m, False, False


def _unit(feature: str) -> str:
    return feature.rpartition("_")[2]


def _told(name: str, subject: str | None, count: int, mean: float, worst: float) -> Feature:
    return Feature(name=name, subject=subject, count=count, mean=round(mean, 3), worst=round(worst, 3))
