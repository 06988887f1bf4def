"""The crew: people at stations who claim work, do it in their own time, and tell what they found."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from simulator.desk import ClaimWork, DeskAnswer, DeskRequest, FinishWork, UnclearAnswer, Work, WorkPack, work_of
from simulator.desk_quality import ReportFound
from simulator.floor import GOODS_IN, Floor, Lot
from simulator.hardware.luck import Luck, spread
from simulator.hardware.pack import Pack
from simulator.robot import Robot
from simulator.staffing import CrewPlan, Staffing
from simulator.timeline import Timeline

_INSIDE = ("settle", "hand_pick")
"""Kinds of work for which a person goes into the robot that they name."""

Ask = Callable[[DeskRequest, Callable[[DeskAnswer], None]], None]


class Worker:
    """One person at one station, on shift while the station's staffing counts to `number`."""

    def __init__(self, crew: "Crew", station: str, number: int, staffing: Staffing) -> None:
        self._crew = crew
        self._station = station
        self._number = number
        self._staffing = staffing
        self.name = f"{station}-{number}"

    def look_for_work(self) -> None:
        """Claim, or go home until the next change of shift."""
        crew = self._crew
        on_duty = self._staffing.day if crew.is_day() else self._staffing.night
        if self._number <= on_duty:
            crew.ask(ClaimWork(self._station, self.name), self._answered)
        else:
            crew.timeline.call_at(crew.next_shift_at(), self.look_for_work)

    def _answered(self, answer: DeskAnswer) -> None:
        crew = self._crew
        try:
            work = work_of(answer) if answer.status == 200 else None
        except UnclearAnswer:
            work, answer = None, DeskAnswer(500)
        if answer.status != 200:
            crew.timeline.call_at(crew.timeline.now + crew.plan.retry_s, self.look_for_work)
        elif work is None:
            self.look_for_work()
        else:
            crew.begin(work)
            crew.timeline.call_at(crew.timeline.now + crew.duration_s(work), self._done, work)

    def _done(self, work: Work) -> None:
        findings = self._crew.perform(work, self.name)
        self._crew.ask(FinishWork(work.work_id, self.name, findings), lambda answer: self._told(work, findings, answer))

    def _told(self, work: Work, findings: Mapping[str, Any], answer: DeskAnswer) -> None:
        # a refusal is the service's business: the person has done the work and cannot do it again
        if findings.get("set_aside") and answer.status == 200 and answer.body.get("set_aside") is None:
            self._crew.report_found(work, findings, self.name)
        self.look_for_work()


class Crew:
    """All the people, the floor they work on, and the robots they serve."""

    def __init__(
        self,
        plan: CrewPlan,
        zone: ZoneInfo,
        manual_areas: tuple[str, ...],
        timeline: Timeline,
        luck: Luck,
        floor: Floor,
        robots: Mapping[str, Robot],
        ask: Ask,
    ) -> None:
        self.plan = plan
        self.timeline = timeline
        self.ask = ask
        self._zone = zone
        self._luck = luck
        self._floor = floor
        self._robots = robots
        self._removed: set[str] = set()
        """Packs that were found below a table, by whoever looked there first."""
        self._workers = [
            Worker(self, station, number, staffing)
            for station, staffing in plan.places(manual_areas)
            for number in range(1, max(staffing.day, staffing.night) + 1)
        ]

    def start(self) -> None:
        for worker in self._workers:
            worker.look_for_work()

    # --- the clock on the wall ---------------------------------------------------------------------------------

    def is_day(self) -> bool:
        hour = datetime.fromtimestamp(self.timeline.now, self._zone).hour
        return self.plan.day_from_hour <= hour < self.plan.day_to_hour

    def next_shift_at(self) -> float:
        """Site time of the next full hour at which the shift may change."""
        at = self.timeline.now - self.timeline.now % 3600.0
        day = self.is_day()
        while True:
            at += 3600.0
            hour = datetime.fromtimestamp(at, self._zone).hour
            if (self.plan.day_from_hour <= hour < self.plan.day_to_hour) != day:
                return at

    def duration_s(self, work: Work) -> float:
        plan, kind = self.plan, work.kind
        products = len({pack.gtin for pack in work.packs})
        median_s = (
            plan.fixed_s.get(kind, 30.0)
            + plan.line_s.get(kind, 0.0) * products
            + plan.pack_s.get(kind, 0.0) * len(work.packs)
            + (plan.inside_s if kind == "hand_pick" and work.robot is not None else 0.0)
        )
        return spread(self._luck, median_s, plan.spread_sigma)

    # --- the work ----------------------------------------------------------------------------------------------

    def begin(self, work: Work) -> None:
        """What happens as the person sets to work."""
        robot = self._robots.get(work.robot or "")
        if work.kind in _INSIDE and robot is not None:
            robot.enter()

    def perform(self, work: Work, worker: str) -> dict[str, Any]:
        """Do it, physically, and say what was found."""
        robot = self._robots.get(work.robot or "")
        match work.kind:
            case "hand_pick" if robot is not None:
                return self._take_from(work, robot, worker)
            case "hand_pick":
                done, missing = self._take(work, work.station)
                return {"picked": [pack.pack_id for pack in done], "missing": missing}
            case "feed" if robot is not None:
                done, missing = self._take(work, GOODS_IN)
                for pack in done:
                    self._floor.feed(robot.build.robot, (pack.gtin, pack.batch, pack.expiry))
                    robot.feed(Pack(pack.gtin, pack.batch, pack.expiry))
                return {"moved": [pack.pack_id for pack in done], "missing": missing}
            case "shelve":
                done, missing = self._take(work, GOODS_IN)
                for pack in done:
                    self._floor.put(pack.place or work.station, (pack.gtin, pack.batch, pack.expiry))
                return {"moved": [pack.pack_id for pack in done], "missing": missing}
            case "empty_chute" if robot is not None:
                return self._empty_chute(work, robot)
            case "clear_expired":
                done, missing = self._take(work, work.station)
                return {"moved": [pack.pack_id for pack in done], "missing": missing}
            case "check":
                return {"accepted": True}
            case "clear_reject" if robot is not None:
                return self._clear_reject(work, robot)
            case "count_stock":
                return self._count(work)
            case "settle" if robot is not None:
                return self._settle(work, robot, worker)
            case _:
                return {}

    def _take_from(self, work: Work, robot: Robot, worker: str) -> dict[str, Any]:
        done: list[str] = []
        missing: list[str] = []
        for pack in work.packs:
            pack_id = pack.pack_id or ""
            there = robot.take_by_hand(worker, pack_id, work.tote_id or "", work.work_id)
            (done if there else missing).append(pack_id)
        robot.leave(worker)
        return {"picked": done, "missing": missing}

    def _take(self, work: Work, place: str) -> tuple[list[WorkPack], list[str | None]]:
        done: list[WorkPack] = []
        missing: list[str | None] = []
        for pack in work.packs:
            if self._floor.take(place, (pack.gtin, pack.batch, pack.expiry)):
                done.append(pack)
            else:
                missing.append(pack.pack_id)
        return done, missing

    def _empty_chute(self, work: Work, robot: Robot) -> dict[str, Any]:
        done: list[WorkPack] = []
        missing: list[str | None] = []
        for pack in work.packs:
            lot = (pack.gtin, pack.batch, pack.expiry)
            if not robot.machine.take_from_chute(*lot):
                other = robot.machine.take_this_from_chute(pack.pack_id)
                if other is None:
                    missing.append(pack.pack_id)
                    continue
                lot = (other.gtin, other.batch, other.expiry)
            done.append(pack)
            self._floor.clear(robot.build.robot, lot)
            self._floor.put(pack.place or GOODS_IN, lot)
        return {"moved": [pack.pack_id for pack in done], "missing": missing}

    def _clear_reject(self, work: Work, robot: Robot) -> dict[str, Any]:
        """Read by eye and labelled it goes round again, once; then, and where the job names it, to quarantine."""
        if not robot.machine.reject_lane:
            return {"empty": True}
        pack = robot.machine.reject_lane.popleft()
        lot = (pack.gtin, pack.batch, pack.expiry)
        read = {"gtin": pack.gtin, "batch": pack.batch, "expiry": pack.expiry}
        if pack.labelled or lot in [(named.gtin, named.batch, named.expiry) for named in work.packs]:
            self._floor.set_aside(robot.build.robot, lot)
            return {**read, "set_aside": True}
        pack.labelled = True
        robot.feed(pack)
        return {**read, "fed_again": True}

    def report_found(self, work: Work, read: Mapping[str, Any], worker: str) -> None:
        """What was set aside is no pack that the books have there: it comes in as what was read."""
        lot = (read["gtin"], read["batch"], read["expiry"])
        reason = f"on the reject lane of {work.robot}, where the books have none"

        def told(answer: DeskAnswer) -> None:
            if answer.status < 300:
                self._floor.put(GOODS_IN, lot)

        self.ask(ReportFound(f"found-{work.work_id}", *lot, reason, worker, f"colleague of {worker}"), told)

    def _count(self, work: Work) -> dict[str, Any]:
        """As many of each lot as stand there are seen; the rest of those that the books have are missing."""
        seen: list[str | None] = []
        missing: list[str | None] = []
        left: dict[Lot, int] = {}
        for pack in work.packs:
            lot = (pack.gtin, pack.batch, pack.expiry)
            there = left.setdefault(lot, self._floor.count(work.station, lot))
            (seen if there > 0 else missing).append(pack.pack_id)
            left[lot] = there - 1
        return {"moved": seen, "missing": missing}

    def _settle(self, work: Work, robot: Robot, worker: str) -> dict[str, Any]:
        self._removed.update(pack.pack_id or "" for pack in robot.clear_tray(worker))
        findings = []
        for pack in work.packs:
            pack_id = pack.pack_id or ""
            if pack_id in self._removed:
                found = "removed"
            elif pack_id in robot.machine.totes:
                found = "in_tote"
            elif robot.enter_found(worker, pack_id):
                found = "in_robot"
            else:
                found = "lost"
            findings.append({"pack_id": pack_id, "found": found})
        robot.leave(worker)
        return {"packs": findings}
