"""The whole simulated centre: nine robots, the people, the wards. Sans-IO: messages and time in, messages out."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from controller.protocol.codec import FromRobot
from controller.protocol.commands import Command, ControllerPresence
from controller.protocol.topics import Channel
from controller.protocol.vocabulary import OFFER_ANSWER_S
from simulator.arrivals import DISTURBED
from simulator.chance import Chance
from simulator.demand import Demand
from simulator.desk import DeskAnswer, DeskRequest
from simulator.faultplan import FaultKind, PlannedFault, read_plan
from simulator.firmware.build import Build
from simulator.firmware.journal import Journal, MemoryJournal
from simulator.floor import Floor, FloorLog, NoFloorLog
from simulator.hardware.machine import Machine
from simulator.hardware.movement import Act, Recorder
from simulator.hardware.pack import Pack
from simulator.hardware.parameters import MachineParameters
from simulator.hardware.rack import RackLayout, demand_by_class
from simulator.mishaps import Mishaps
from simulator.past import Past
from simulator.people import Crew
from simulator.quality import Quality, QualityPlan
from simulator.record import MemoryCauseLog
from simulator.relapse import relapse
from simulator.repairers import Repairers
from simulator.returning import Returning
from simulator.robot import Robot
from simulator.scenarios import FAULT_PLANS
from simulator.site import RobotPlan, SiteFolder
from simulator.staffing import CrewPlan
from simulator.timeline import Timeline
from simulator.truth import CauseLog


@dataclass(frozen=True, slots=True)
class RobotSends:
    """What `robot` publishes on `channel`, as a message rather than bytes."""

    robot: str
    channel: Channel
    message: FromRobot


@dataclass(frozen=True, slots=True)
class DeskAsks:
    """A person or a ward uses the service; the answer goes to `Centre.answer` with the same id."""

    request_id: int
    request: DeskRequest


Output = RobotSends | DeskAsks


def _memory_journal(robot: str) -> Journal:
    return MemoryJournal()


class Centre:
    """Deterministic: the same site, seed and inputs give the same outputs and the same physical record.

    `faults` is none, normal, poor, the name of a plan in `scenarios`, or the path of one. Every method first lets
    happen what is due by `now`. `offer_answer_s` is how long an offered pack waits for its answer: a site clock that is
    faster than real must give the service real time. `cause_log` gets the hidden truth; without `repairs` nobody cures
    a fault unasked; `streams` makes robots send a telemetry frame every second.
    """

    def __init__(
        self,
        site: SiteFolder,
        *,
        seed: int,
        faults: str | Path,
        record: Recorder,
        start_at: float,
        until_at: float | None = None,
        journal: Callable[[str], Journal] = _memory_journal,
        floor_log: FloorLog | None = None,
        past: Past | None = None,
        parameters: MachineParameters | None = None,
        crew: CrewPlan | None = None,
        offer_answer_s: float = OFFER_ANSWER_S,
        cause_log: CauseLog | None = None,
        repairs: bool = True,
        streams: bool = False,
    ) -> None:
        self.site = site
        self._timeline = Timeline(start_at)
        self._chance = Chance(seed)
        self._out: list[Output] = []
        self._asked = 0
        self._waiting: dict[int, Callable[[DeskAnswer], None]] = {}
        self._until_at = until_at
        self._offer_answer_s = offer_answer_s
        self._streams = streams
        self.robots = self._build_robots(parameters or MachineParameters(), record, journal)
        manual = [line for line in site.stock if line.place not in self.robots]
        self.floor = Floor(manual, floor_log or NoFloorLog(), past.floor if past else ())
        if past:
            self._take_up(past)
        self._crew = Crew(
            crew or CrewPlan(),
            site.zone,
            site.manual_areas,
            self._timeline,
            self._chance.stream("people"),
            self.floor,
            self.robots,
            self._ask,
        )
        self._quality = Quality(
            QualityPlan(),
            site.zone,
            self._timeline,
            self._chance.stream("quality"),
            self.floor,
            self.robots,
            self._ask,
            self._crew.is_day,
        )
        self._demand = Demand(
            site, self._timeline, self.floor, self._ask, past.begun_at if past else start_at, until_at
        )
        self.mishaps = Mishaps(
            self.robots,
            self._timeline,
            self._chance,
            cause_log or MemoryCauseLog(),
            Repairers(self._chance.stream("repairs"), site.zone) if repairs else None,
            self._switch_on,
            Returning(self._timeline, self._ask).cured,
        )
        if past and past.resumed:
            self.mishaps.take_up(relapse(past.causes, past.movements, self.robots, start_at))
        self._plan_faults(faults, past.begun_at if past and past.resumed else start_at)
        self._timeline.call_at(start_at, self._begin)

    # --- the public face ---------------------------------------------------------------------------------------

    def next_wake_at(self) -> float | None:
        """When something happens by itself next."""
        return self._timeline.next_at()

    def advance(self, now: float) -> list[Output]:
        """Everything that is due up to and including `now`."""
        self._timeline.run_until(now)
        return self._flush()

    def command(self, robot: str, command: Command, now: float) -> list[Output]:
        """A command arrived at the robot; lost where its power or its link is off."""
        self._timeline.run_until(now)
        self.robots[robot].command(command)
        return self._flush()

    def receive(self, robot: str, payload: bytes, retained: bool, now: float) -> list[Output]:
        """As `command`, from the bytes of the robot's command topic."""
        self._timeline.run_until(now)
        self.robots[robot].receive(payload, retained)
        return self._flush()

    def controller_presence(self, presence: ControllerPresence | None, now: float) -> list[Output]:
        """What every robot sees on the controller's presence channel; None where nothing is retained there."""
        self._timeline.run_until(now)
        for robot in self.robots.values():
            robot.controller_presence(presence)
        return self._flush()

    def controller_seen(self, robot: str, presence: ControllerPresence | None, now: float) -> list[Output]:
        """As `controller_presence`, for one robot: over a real broker each hears of it by itself."""
        self._timeline.run_until(now)
        self.robots[robot].controller_presence(presence)
        return self._flush()

    def link_changed(self, robot: str, up: bool, now: float) -> list[Output]:
        """The robot's own session came or went."""
        self._timeline.run_until(now)
        self.robots[robot].link_changed(up)
        return self._flush()

    def answer(self, request_id: int, answer: DeskAnswer, now: float) -> list[Output]:
        """The service's answer to a request; a second answer to the same is ignored."""
        self._timeline.run_until(now)
        waiting = self._waiting.pop(request_id, None)
        if waiting is not None:
            waiting(answer)
        return self._flush()

    def reboot(self, robot: str, now: float) -> list[Output]:
        """Cut the power of a robot and switch it on again at once."""
        self._timeline.run_until(now)
        self.robots[robot].cut_power()
        self._switch_on(robot, "power_cycle")
        return self._flush()

    def inject(
        self, where: str, now: float, *, cause: str | None = None, code: str | None = None, severity: float, in_s: float
    ) -> tuple[str, list[Output]]:
        """Let a hidden cause begin in `in_s` seconds: its id, and what the centre says at once. UnknownMishap.

        `where` is a robot, several with commas between, or ALL: then one event that all of them feel.
        """
        self._timeline.run_until(now)
        kind = self.mishaps.check(where, cause, code, severity)
        self._timeline.call_at(now + in_s, self.mishaps.inject, where, kind.cause, None, severity)
        self._timeline.run_until(now)
        return kind.cause, self._flush()

    def remedy(self, where: str, action: str, who: str, now: float) -> tuple[list[str], list[Output]]:
        """A person does something to the machines: the causes that this cured; UnknownMishap as in `Mishaps.remedy`."""
        self._timeline.run_until(now)
        cured = self.mishaps.remedy(where, action, who)
        self._timeline.run_until(now)
        return cured, self._flush()

    # --- building ----------------------------------------------------------------------------------------------

    def _build_robots(
        self, parameters: MachineParameters, record: Recorder, journal: Callable[[str], Journal]
    ) -> dict[str, Robot]:
        packs: dict[str, list[Pack]] = {plan.robot: [] for plan in self.site.robots}
        for line in self.site.stock:
            shelf = packs.get(line.place)
            if shelf is not None:
                shelf.extend(
                    Pack(line.gtin, line.batch, line.expiry, line.pack_id(count))
                    for count in range(1, line.quantity + 1)
                )
        layouts = self._layouts(parameters, packs)
        robots: dict[str, Robot] = {}
        for plan in self.site.robots:
            luck = self._chance.stream(f"{plan.robot}/hardware")
            layout = layouts[_build_of(plan)]
            troubles = self._chance.stream(f"{plan.robot}/troubles")
            gauges = self._chance.stream(f"{plan.robot}/gauges")
            machine = Machine(plan.robot, parameters, layout, self.site.articles, luck, record, troubles)
            build = Build(plan.robot, plan.kind, offer_answer_s=self._offer_answer_s, streams=self._streams)
            robot = Robot(build, machine, journal(plan.robot), self._timeline, self._sender(plan.robot), gauges)
            robot.stock(packs[plan.robot])
            robots[plan.robot] = robot
        return robots

    def _layouts(
        self, parameters: MachineParameters, packs: dict[str, list[Pack]]
    ) -> dict[tuple[str, int], RackLayout]:
        # one layout for all robots of a build: each class as large as the fullest of them needs
        demand: dict[tuple[str, int], list[int]] = {}
        for plan in self.site.robots:
            heights = Counter(self.site.articles[pack.gtin].height_mm for pack in packs[plan.robot])
            own = demand_by_class(parameters, heights)
            build = _build_of(plan)
            demand[build] = [max(pair) for pair in zip(own, demand.get(build, [0] * len(own)), strict=True)]
        return {build: RackLayout(parameters, build[1], by_class) for build, by_class in demand.items()}

    def _sender(self, robot: str) -> Callable[[Channel, FromRobot], None]:
        def send(channel: Channel, message: FromRobot) -> None:
            self._out.append(RobotSends(robot, channel, message))

        return send

    def _take_up(self, past: Past) -> None:
        for name, robot in self.robots.items():
            own = [movement for movement in past.movements if movement.robot == name]
            belt = Counter(self.floor.fed.get(name, Counter()))
            belt.subtract((move.gtin, move.batch, move.expiry) for move in own if move.act is Act.STORE)
            robot.take_up(own, [Pack(*lot) for lot, packs in belt.items() for _ in range(packs)])
            for lot, packs in self.floor.cleared.get(name, Counter()).items():
                for _ in range(packs):
                    robot.machine.take_from_chute(*lot)

    # --- running -----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        for robot in self.robots:
            self._switch_on(robot, "switched_on")
        self._demand.start()
        self._crew.start()
        self._quality.start()

    def _switch_on(self, robot: str, cause: str) -> None:
        journal_id = f"{robot}-{self._chance.stream(f'{robot}/journal').randrange(0, 16**12):012x}"
        self.robots[robot].switch_on(cause, journal_id)

    def _ask(self, request: DeskRequest, answered: Callable[[DeskAnswer], None]) -> None:
        self._asked += 1
        self._waiting[self._asked] = answered
        self._out.append(DeskAsks(self._asked, request))

    def _flush(self) -> list[Output]:
        out, self._out = self._out, []
        return out

    # --- faults ------------------------------------------------------------------------------------------------

    def _plan_faults(self, faults: str | Path, begun_at: float) -> None:
        if isinstance(faults, str) and faults in DISTURBED:
            self.mishaps.arrive(faults, self._until_at)
        elif faults != "none":
            text = (FAULT_PLANS.get(str(faults)) or Path(faults)).read_text(encoding="utf-8")
            self._schedule(read_plan(text, begun_at, tuple(self.robots)))

    def _schedule(self, plan: list[PlannedFault]) -> None:
        for fault in plan:
            over = fault.at < self._timeline.now
            if not over and (self._until_at is None or fault.at < self._until_at):
                self._timeline.call_at(fault.at, self._strike, fault)

    def _strike(self, fault: PlannedFault) -> None:
        if fault.kind is FaultKind.CAUSE:
            self.mishaps.inject(fault.robot, fault.cause, fault.code, fault.severity)
            return
        robot = self.robots[fault.robot]
        program = robot.program
        if program is None:
            return
        ends_at = self._timeline.now + 60.0 * fault.minutes
        if fault.kind is FaultKind.DROP:
            robot.machine.drops_to_come += 1
        elif fault.kind is FaultKind.STOP:
            program.condition.stop_until(ends_at, fault.code or "AXX-01")
        else:
            robot.cut_power()
            self._timeline.call_at(ends_at, self._switch_on, fault.robot, "power_cycle")


def _build_of(plan: RobotPlan) -> tuple[str, int]:
    return plan.kind, plan.capacity_packs
