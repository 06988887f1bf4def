"""What a cause does to a machine beyond the fault that the robot raises, and how that ends with it."""

from collections.abc import Callable, Mapping

from simulator.chance import Chance
from simulator.hardware.causes.kinds import CauseKind, Effect
from simulator.hardware.troubles import Blow
from simulator.robot import Robot
from simulator.timeline import Timeline

UPS_S = 600.0
"""Table A; a bad battery holds only BAD_UPS_S."""
BAD_UPS_S = 5.0
LATE_S = 7.0
"""So late an answer lapses the offer (NET-91: more than 5 s)."""


class Effects:
    def __init__(
        self,
        robots: Mapping[str, Robot],
        timeline: Timeline,
        chance: Chance,
        switch_on: Callable[[str, str], None],
        *,
        staffed: bool,
    ) -> None:
        """`switch_on`: called with a robot without power and the cause that it is to name at its boot.

        `staffed`: simulated people repair. Without them whoever releases an emergency stop still has to look whether
        the travel area is empty, to say so, and to let the robot go on.
        """
        self._robots = robots
        self._timeline = timeline
        self._chance = chance
        self._switch_on = switch_on
        self._staffed = staffed

    def begin(self, name: str, blow: Blow, occurrence: str | None) -> None:
        """`occurrence`: of the fault that the robot raised with it; None where it raised none."""
        robot, now = self._robots[name], self._timeline.now
        match blow.strike.effect:
            case Effect.MAINS:
                weak = any(trouble.kind.cause == "ups_battery" for trouble in robot.machine.troubles.active)
                holds_s = BAD_UPS_S if weak else UPS_S
                self._timeline.call_at(now + holds_s, self._battery_flat, name, occurrence)
            case Effect.CABLE:
                robot.plug(False)
            case Effect.HANG:
                robot.cut_power()
            case Effect.DOOR:
                robot.enter()
            case Effect.ESTOP:
                robot.press_estop()
            case Effect.LATE:
                robot.late_s = LATE_S
            case Effect.NO_ROOM:
                robot.machine.free.crowded = True
            case Effect.FORGET:
                robot.forget_one(self._chance.stream(f"{name}/forget/{blow.trouble.number}"))
            case _:
                pass

    def end(self, name: str, kind: CauseKind) -> None:
        """A cause of this kind is over, or the blow that it dealt is."""
        robot = self._robots[name]
        for strike in kind.strikes:
            match strike.effect:
                case Effect.CABLE:
                    robot.plug(True)
                case Effect.HANG | Effect.MAINS if robot.program is None:
                    self._switch_on(name, "watchdog" if strike.effect is Effect.HANG else "mains_back")
                case Effect.DOOR:
                    robot.leave("staff")
                case Effect.ESTOP:
                    robot.release_estop()
                    if self._staffed:
                        robot.resume_at_panel("staff")
                case Effect.LATE:
                    robot.late_s = 0.0
                case Effect.NO_ROOM:
                    robot.machine.free.crowded = False
                case _:
                    pass

    def _battery_flat(self, name: str, occurrence: str | None) -> None:
        program = self._robots[name].program
        if program is not None and occurrence is not None and program.condition.faults.knows(occurrence):
            program.condition.faults.update(occurrence, "battery low; switching off")
            self._robots[name].cut_power()
