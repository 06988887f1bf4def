"""What is really wrong in the centre: causes begin, strike, and are cured by people who find them or do not."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.arrivals import DISTURBED, Arrivals
from simulator.chance import Chance
from simulator.disturbances import CLOCK_S, Disturbances
from simulator.effects import Effects
from simulator.hardware.causes import CAUSES, REMEDIES, causes_of
from simulator.hardware.causes.kinds import CauseKind, Moment
from simulator.hardware.troubles import Blow, Trouble
from simulator.relapse import SHARED_NUMBER, Relapse
from simulator.repairers import Repairers
from simulator.robot import Robot
from simulator.shared import SHARED, robots_in
from simulator.timeline import Timeline
from simulator.truth import CauseEntry, CauseLog, truth_of

RETRY_S = 18.0
"""0.3 min: what a retry clears is over (Table B)."""
INSIDE_S = 60.0
RESET = "reset"
"""Clears what stands and cures nothing."""
RESUME = "resume"
"""At the panel: whoever presses it has looked along the travel area, and the robot homes and goes on (RC-22)."""
REBUILD_INDEX = "rebuild_index"
"""A person scans every shelf and enters at the panel what stands there: right whatever made the list wrong, also where
no hidden cause did, as after people took packs from a robot without power."""


class UnknownMishap(ValueError):
    """No such robot, cause, code or remedy; the text says which."""


class Mishaps:
    """The hidden state of all robots. With `repairers` people come by themselves; without, nothing is cured unasked."""

    def __init__(
        self,
        robots: Mapping[str, Robot],
        timeline: Timeline,
        chance: Chance,
        log: CauseLog,
        repairers: Repairers | None,
        switch_on: Callable[[str, str], None],
        on_repaired: Callable[[str, str, str], None],
    ) -> None:
        """`on_repaired`: told of robot, fault code and person once somebody who was called has done what he could."""
        self._robots = robots
        self._timeline = timeline
        self._chance = chance
        self._log = log
        self._repairers = repairers
        self._on_repaired = on_repaired
        self._effects = Effects(robots, timeline, chance, switch_on, staffed=repairers is not None)
        self._coming: set[tuple[str, int]] = set()
        """Robots and occurrences of causes to which somebody is on the way."""
        self._shared = Disturbances(robots, timeline)
        self._resumed = False
        for name, robot in robots.items():
            self._listen(name, robot)

    def _listen(self, name: str, robot: Robot) -> None:
        troubles = robot.machine.troubles
        troubles.on_struck = lambda blow, occurrence: self._struck(name, blow, occurrence)
        troubles.on_homed = lambda: self._homed(name)
        troubles.on_eased = lambda trouble: self._write(name, trouble, "cleared", action="set_parameters")
        troubles.on_adjusted = lambda: self._adjusted(name)
        troubles.on_misread = lambda occurrence: self._misread(name, occurrence)

    # --- beginning ---------------------------------------------------------------------------------------------

    def arrive(self, rates: str, until_at: float | None) -> None:
        """Let causes begin by themselves, as in a `normal` or a `poor` year."""
        for name, robot in self._robots.items():
            arrivals = Arrivals(
                robot.machine.troubles,
                self._timeline,
                self._chance.stream(f"{name}/arrivals"),
                robot.build.kind.value,
                DISTURBED[rates],
                lambda kind, severity, name=name: self._begin(name, kind, severity),  # type: ignore[misc]
                until_at,
                resumed=self._resumed,
            )
            robot.machine.troubles.on_entered = arrivals.entered
            arrivals.start()

    def take_up(self, left: Relapse) -> None:
        """Go on with what an earlier run of the simulator left uncured."""
        self._resumed = True
        self._shared.last_number = left.numbers.get(SHARED_NUMBER, 0)
        for name, robot in self._robots.items():
            robot.machine.troubles.go_on_from(left.cycles[name], left.numbers.get(name, 0))
        for each in left.unhealed:
            began, kind = each.began, CAUSES[each.began.cause]
            if began.shared is not None:
                self._shared.begin(began.number, began.robot, kind, began.severity, began.at)
                continue
            troubles, layout = self._robots[began.robot].machine.troubles, self._robots[began.robot].machine.layout
            place = None if began.place is None else layout.location(began.place)
            trouble = Trouble(began.number, kind, began.severity, began.at, each.cycle, place)
            troubles.active.append(trouble)
            self._watch(began.robot, trouble)

    def inject(self, where: str, cause: str | None, code: str | None, severity: float) -> None:
        """Begin a cause now, the usual one of the code where none is named. UnknownMishap as in `check`."""
        kind, names = self.check(where, cause, code, severity), self._named(where)
        if where != names[0]:
            made = self._shared.begin(self._shared.last_number + 1, where, kind, severity, self._timeline.now)
            self._write(*made.shares[0], "began")
            return
        if kind.cause == "object_left_inside":
            robot = self._robots[where]
            robot.enter()
            self._timeline.call_at(self._timeline.now + INSIDE_S, robot.leave, "staff")
        self._begin(where, kind, severity)

    def check(self, where: str, cause: str | None, code: str | None, severity: float) -> CauseKind:
        """What `inject` would begin at one robot, at several or at ALL; UnknownMishap where it could not."""
        kind, names = kind_of(cause, code), self._named(where)
        if where != names[0] and kind.cause not in SHARED:
            raise UnknownMishap(f"{kind.cause} sits in one machine; robots share {', '.join(sorted(SHARED))}")
        for name in names:
            if self._robots[name].build.kind.value not in kind.zones:
                raise UnknownMishap(f"{kind.cause}: not in a robot of the kind {self._robots[name].build.kind}")
        if not 0.0 < severity <= 1.0:
            raise UnknownMishap(f"severity {severity:g} is not above 0 and at most 1")
        return kind

    def _begin(self, name: str, kind: CauseKind, severity: float) -> None:
        trouble = self._robots[name].machine.troubles.begin(kind, severity, self._timeline.now)
        self._write(name, trouble, "began")
        self._watch(name, trouble)

    def _watch(self, name: str, trouble: Trouble) -> None:
        if any(strike.moment is Moment.CLOCK for strike in trouble.kind.strikes):
            self._timeline.call_at(self._timeline.now + CLOCK_S, self._tick, name, trouble)

    def _tick(self, name: str, trouble: Trouble) -> None:
        robot = self._robots[name]
        troubles = robot.machine.troubles
        if trouble not in troubles.active:
            return
        self._timeline.call_at(self._timeline.now + CLOCK_S, self._tick, name, trouble)
        if robot.program is not None and trouble.standing is None:
            blow = troubles.tick(trouble, self._timeline.now, CLOCK_S / 3600.0)
            if blow is not None:
                robot.program.watch.meet(blow)

    # --- striking ----------------------------------------------------------------------------------------------

    def _struck(self, name: str, blow: Blow, occurrence: str | None) -> None:
        trouble, now = blow.trouble, self._timeline.now
        self._write(name, trouble, "struck", code=blow.strike.code, fault=occurrence)
        self._effects.begin(name, blow, occurrence)
        standing = trouble.standing
        if blow.self_clears:
            self._timeline.call_at(now + RETRY_S, self._cleared, name, trouble, standing)
        elif self._repairers is not None and self._shared.calls(trouble):
            self._send_somebody(self._repairers, name, trouble, blow.strike.code)

    def _send_somebody(self, repairers: Repairers, name: str, trouble: Trouble, code: str) -> None:
        repair = repairers.call(code, self._timeline.now)
        self._coming.add((name, trouble.number))
        at = self._timeline.now + repair.wait_s
        self._timeline.call_at(at, self._repaired, name, trouble, trouble.standing, repair.fits, repair.who, code)

    def _adjusted(self, name: str) -> None:
        """The robot works with what is left of it: whoever sees that comes for the cause, where nobody does yet."""
        if self._repairers is None:
            return
        troubles = self._robots[name].machine.troubles
        for trouble in troubles.active:
            code = next((each.code for each in trouble.kind.strikes if troubles.settings.relieves(each.code)), None)
            if code is not None and (name, trouble.number) not in self._coming:
                self._send_somebody(self._repairers, name, trouble, code)

    def _misread(self, name: str, occurrence: str) -> None:
        if self._repairers is not None:
            repair = self._repairers.call("IDN-31", self._timeline.now)
            self._timeline.call_at(self._timeline.now + repair.wait_s, self._clear, name, occurrence)

    # --- ending ------------------------------------------------------------------------------------------------

    def remedy(self, where: str, action: str, who: str) -> list[str]:
        """A person does something to the machines: the causes that this cured. UnknownMishap for what cannot be done.

        What robots share is cured for all of them, at whichever of them it is done.
        """
        return [cause for name in self._named(where) for cause in self._treat(name, action, who)]

    def _treat(self, name: str, action: str, who: str) -> list[str]:
        robot = self._robots[name]
        if action == RESET:
            self._reset(name, who)
            return []
        if action == RESUME:
            if robot.interlocks.open:
                raise UnknownMishap(f"{name} does not resume while its door is open or its emergency stop is pressed")
            robot.resume_at_panel(who)
            return []
        if action not in REMEDIES:
            raise UnknownMishap(f"no remedy {action}: `nightshift-sim causes` lists them")
        cured = []
        for trouble in list(robot.machine.troubles.active):
            if self._fits(robot, trouble, action):
                self._cure(name, trouble, action, who)
                cured.append(trouble.kind.cause)
        if not cured:
            if action == REBUILD_INDEX:
                robot.rebuild_index()
            for trouble in robot.machine.troubles.active:
                if trouble.standing is not None:
                    self._write(name, trouble, "tried", action=action, who=who)
        return cured

    def _fits(self, robot: Robot, trouble: Trouble, action: str) -> bool:
        kind = trouble.kind
        severity = trouble.severity_at(self._timeline.now, robot.machine.troubles.cycles)
        return action in kind.remedies or (action in kind.mild_remedies and severity < kind.mild_below)

    def _reset(self, name: str, who: str) -> None:
        robot = self._robots[name]
        for trouble in list(robot.machine.troubles.active):
            if trouble.standing is not None:
                self._write(name, trouble, "cleared", action=RESET, who=who)
                self._release(name, trouble)
        if robot.program is not None:
            for fault in robot.program.condition.faults.standing:
                robot.program.condition.clear_fault(fault.occurrence)

    def _repaired(self, name: str, trouble: Trouble, standing: str | None, fits: bool, who: str, code: str) -> None:
        self._coming.discard((name, trouble.number))
        self._on_repaired(name, code, who)
        mine = trouble in self._robots[name].machine.troubles.active
        self._shared.has_come(trouble)
        if not mine or (trouble.shared is None and standing not in (trouble.standing, trouble.eased)):
            return
        action = trouble.kind.remedies[0]
        if fits:
            self._cure(name, trouble, action, who)
        else:
            self._write(name, trouble, "tried", who=who)
            for each, share in self._shares(name, trouble):
                self._release(each, share)

    def _cleared(self, name: str, trouble: Trouble, standing: str) -> None:
        if trouble not in self._robots[name].machine.troubles.active or trouble.standing != standing:
            return
        self._write(name, trouble, "cleared")
        if trouble.kind.transient:
            self._robots[name].machine.troubles.end(trouble)
        self._release(name, trouble)

    def _shares(self, name: str, trouble: Trouble) -> Iterable[tuple[str, Trouble]]:
        """The trouble, or each robot's share of what they have in common."""
        event = self._shared.of(trouble)
        return ((name, trouble),) if event is None else event.shares

    def _homed(self, name: str) -> None:
        for trouble in list(self._robots[name].machine.troubles.active):
            if "reference_run" in trouble.kind.remedies and trouble.standing is None:
                self._cure(name, trouble, "reference_run", name)

    def _cure(self, name: str, trouble: Trouble, action: str, who: str) -> None:
        self._write(name, trouble, "cured", action=action, who=who)
        if trouble.shared is not None:
            for each, share in self._shares(name, trouble):
                self._robots[each].machine.troubles.end(share)
                self._release(each, share)
            return
        self._robots[name].machine.troubles.end(trouble)
        if trouble.aside is not None:
            self._robots[name].put_right(*trouble.aside)
        if action == REBUILD_INDEX:
            self._robots[name].rebuild_index()
        self._release(name, trouble)

    def _release(self, name: str, trouble: Trouble) -> None:
        """What the blow did beyond the fault ends, and the fault is cleared."""
        standing, trouble.standing = trouble.standing, None
        if standing is None:
            return
        self._effects.end(name, trouble.kind)
        self._clear(name, standing)

    def _clear(self, name: str, occurrence: str) -> None:
        program = self._robots[name].program
        if program is not None:
            program.condition.clear_fault(occurrence)

    # --- looking -----------------------------------------------------------------------------------------------

    def truth(self, name: str) -> dict[str, Any]:
        """The robot as it really is, for tests and exercises."""
        return truth_of(name, self._robot(name), self._timeline.now)

    def _named(self, where: str) -> tuple[str, ...]:
        try:
            return robots_in(where, tuple(self._robots))
        except ValueError as error:
            raise UnknownMishap(str(error)) from error

    def _robot(self, name: str) -> Robot:
        robot = self._robots.get(name)
        if robot is None:
            raise UnknownMishap(f"no robot {name}: there are {', '.join(self._robots)}")
        return robot

    def _write(
        self,
        name: str,
        trouble: Trouble,
        event: str,
        *,
        code: str | None = None,
        fault: str | None = None,
        action: str | None = None,
        who: str | None = None,
    ) -> None:
        machine, now = self._robots[name].machine, self._timeline.now
        severity = round(trouble.severity_at(now, machine.troubles.cycles), 4)
        place = None if trouble.place is None else machine.layout.name(trouble.place)
        number, felt_by_all = trouble.number, self._shared.of(trouble)
        if felt_by_all is not None and event != "struck":
            name, number = felt_by_all.where, felt_by_all.number
        cause = trouble.kind.cause
        self._log.append(
            CauseEntry(now, name, cause, severity, event, number, code, fault, place, action, who, trouble.shared)
        )


def kind_of(cause: str | None, code: str | None) -> CauseKind:
    """The named cause, or the usual one of a fault code; UnknownMishap where there is none."""
    if cause is not None:
        kind = CAUSES.get(cause)
        if kind is None:
            raise UnknownMishap(f"no cause {cause}: `nightshift-sim causes` lists them")
        if code is not None and all(strike.code != code for strike in kind.strikes):
            raise UnknownMishap(f"{cause} does not bring about {code}")
        return kind
    found = causes_of(code or "")
    if not found:
        raise UnknownMishap(f"no fault {code}: `nightshift-sim causes` lists them")
    return found[0]
