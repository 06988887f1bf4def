"""The people of quality: by day they decide what is quarantined, each case by name, and clear the quarantine shelf.

They read the logger of a cold store that was too warm and each pack of a case of mixed products. All figures are
estimates; no source times this work.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulator.desk import DeskAnswer, DeskRequest
from simulator.desk_quality import (
    CorrectBooks,
    Correction,
    DecideQuarantine,
    ReadFault,
    ReadMissing,
    ReadPacks,
    ReadQuarantines,
)
from simulator.floor import GOODS_IN, Floor
from simulator.hardware.luck import Luck, spread
from simulator.hardware.movement import Cause
from simulator.hardware.pack import Pack
from simulator.robot import Robot
from simulator.timeline import Timeline

NAME, WITNESS = "quality-1", "quality-2"
QUARANTINE = "quarantine"
"""The account of the quarantine shelf."""

_DECIDED_ELSEWHERE = ("quarantine ", "recall ", "disposal ")
"""How the holds of packs begin whose case says what becomes of them."""

Ask = Callable[[DeskRequest, Callable[[DeskAnswer], None]], None]


@dataclass(frozen=True, slots=True)
class QualityPlan:
    round_s: float = 1800.0
    """From one look at the list to the next."""
    case_s: float = 900.0
    """For a case: the logger, the makers' word, or a look at the packs."""
    shelf_s: float = 300.0
    warm_s: float = 2 * 3600.0
    """Cold goods that were out of range for longer are destroyed; makers give their word for shorter times."""
    alarmed_after_s: float = 600.0
    """A cold store that measures itself says that it is out of range once it has been for so long (Table A)."""
    keeps_days: int = 14
    """What expires sooner is not worth putting back."""
    spread_sigma: float = 0.25


class Quality:
    """One person who decides and one who witnesses, at work while `is_day` says so."""

    def __init__(
        self,
        plan: QualityPlan,
        zone: ZoneInfo,
        timeline: Timeline,
        luck: Luck,
        floor: Floor,
        robots: Mapping[str, Robot],
        ask: Ask,
        is_day: Callable[[], bool],
    ) -> None:
        self._plan = plan
        self._zone = zone
        self._timeline = timeline
        self._luck = luck
        self._floor = floor
        self._robots = robots
        self._ask = ask
        self._is_day = is_day
        self._missed: frozenset[str] = frozenset()
        """What was on the list of missing packs in the last round."""
        self._cases: deque[Mapping[str, Any]] = deque()

    def start(self) -> None:
        self._timeline.call_at(self._timeline.now + self._plan.round_s, self._look_at_the_list)

    def _look_at_the_list(self) -> None:
        if self._is_day():
            self._ask(ReadQuarantines(), self._listed)
        else:
            self.start()

    def _listed(self, answer: DeskAnswer) -> None:
        self._cases.extend(_items(answer))
        self._next_case()

    def _next_case(self) -> None:
        if self._cases:
            self._after(self._plan.case_s, self._look_at, self._cases.popleft())
        else:
            self._ask(ReadPacks(QUARANTINE), self._shelf_read)

    def _after(self, median_s: float, call: Callable[..., None], *args: Any) -> None:
        self._timeline.call_at(self._timeline.now + spread(self._luck, median_s, self._plan.spread_sigma), call, *args)

    # --- a case --------------------------------------------------------------------------------------------------

    def _look_at(self, case: Mapping[str, Any]) -> None:
        fault = re.search(r"\((F-\d+)\)$", case["why"])
        if case["why"].startswith("temperature") and fault is not None:
            self._ask(ReadFault(fault[1]), lambda answer: self._logger_read(case, answer))
        elif case["why"].startswith("wrong product"):
            self._read_each(case, deque(case["lots"]), [], [])
        else:
            self._decide(case, "release", "looked at: nothing is wrong with it")

    def _logger_read(self, case: Mapping[str, Any], answer: DeskAnswer) -> None:
        fault = answer.body["fault"] if answer.status == 200 else None
        if fault is None:
            self._decide(case, "destroyed", "nobody can say how warm it was, and for how long")
            return
        cleared = fault["cleared_at"]
        ended_at = self._timeline.now if cleared is None else datetime.fromisoformat(cleared).timestamp()
        warm_s = ended_at - datetime.fromisoformat(fault["raised_at"]).timestamp()
        warm_s += 0.0 if "without power" in case["why"] else self._plan.alarmed_after_s
        told = f"logger: out of range for {warm_s / 60:.0f} min"
        if warm_s > self._plan.warm_s:
            self._decide(case, "destroyed", told)
        elif cleared is not None:
            self._decide(case, "release", f"{told}; the makers agree")
        else:
            self._next_case()

    def _read_each(
        self, case: Mapping[str, Any], lots: deque[Mapping[str, Any]], right: list[str], wrong: list[str]
    ) -> None:
        """Every pack of the case, lot by lot; what lies in a tote is read when the check has refused that."""
        if not lots:
            self._read_all(case, right, wrong)
            return
        lot = lots.popleft()

        def told(answer: DeskAnswer) -> None:
            for pack in _items(answer):
                if (pack["hold"] or "").startswith(f"quarantine {case['case_id']}: "):
                    is_right = self._is(pack)
                    if is_right is not None:
                        (right if is_right else wrong).append(pack["pack_id"])
            self._read_each(case, lots, right, wrong)

        if lot["place"].startswith("tote:"):
            self._read_each(case, lots, right, wrong)
        else:
            self._ask(ReadPacks(lot["place"], lot["gtin"], lot["batch"]), told)

    def _read_all(self, case: Mapping[str, Any], right: list[str], wrong: list[str]) -> None:
        def then_the_others(_: DeskAnswer | None = None) -> None:
            if right:
                self._decide(case, "release", "read by eye: as its code says", right)
            else:
                self._next_case()

        if wrong:
            self._send(case, "destroyed", "read by eye: another product than its code says", wrong, then_the_others)
        else:
            then_the_others()

    def _is(self, described: Mapping[str, Any]) -> bool | None:
        """Whether the pack is what the books say; None where nobody can look at it now."""
        pack = self._physical(described["pack_id"])
        if pack is None:
            return None if described["place"].startswith(("robot:", "input:")) else True
        return _lot(described) == (pack.gtin, pack.batch, pack.expiry)

    def _physical(self, pack_id: str) -> Pack | None:
        found = (robot.machine.find(pack_id) for robot in self._robots.values())
        return next((pack for pack in found if pack is not None), None)

    def _decide(self, case: Mapping[str, Any], decision: str, reason: str, pack_ids: Sequence[str] = ()) -> None:
        self._send(case, decision, reason, pack_ids, lambda _: self._next_case())

    def _send(
        self,
        case: Mapping[str, Any],
        decision: str,
        reason: str,
        pack_ids: Sequence[str],
        told: Callable[[DeskAnswer], None],
    ) -> None:
        key = f"decision-{case['case_id']}-{self._timeline.now:.3f}-{decision}"
        self._ask(DecideQuarantine(key, case["case_id"], decision, reason, NAME, WITNESS, tuple(pack_ids)), told)

    # --- the quarantine shelf ------------------------------------------------------------------------------------

    def _shelf_read(self, answer: DeskAnswer) -> None:
        there = [
            pack
            for pack in _items(answer)
            if not (pack["hold"] or "").startswith(_DECIDED_ELSEWHERE) and not self._in_a_chute(pack["pack_id"])
        ]
        self._after(self._plan.shelf_s if there else 0.0, self._clear_shelf, there)

    def _in_a_chute(self, pack_id: str) -> bool:
        return any(pack.pack_id == pack_id for robot in self._robots.values() for pack in robot.machine.chute)

    def _clear_shelf(self, there: Sequence[Mapping[str, Any]]) -> None:
        today = datetime.fromtimestamp(self._timeline.now, self._zone).date()
        keeps = today + timedelta(days=self._plan.keeps_days)
        good: list[Mapping[str, Any]] = []
        bad: list[Mapping[str, Any]] = []
        for pack in there:
            keeps_well = date.fromisoformat(pack["expiry"]) > keeps
            usable = keeps_well and pack["hold"] is None and self._is(pack) is True
            (good if usable else bad).append(pack)
        if good:
            request = self._correction(Correction.PUT_BACK, good, "seal, label and expiry are good")
            self._ask(request, lambda answer: self._carry_back(good, answer))
        if bad:
            self._ask(self._correction(Correction.WRITE_OFF, bad, "of no use any more"), lambda _: None)
        self._ask(ReadMissing(), self._missing_read)

    def _missing_read(self, answer: DeskAnswer) -> None:
        """What was missing a round ago too, and lies in no robot, tote or chute, is looked for and given up."""
        listed = {pack["pack_id"]: pack for pack in _items(answer)}
        again = [pack for pack_id, pack in listed.items() if pack_id in self._missed]
        self._missed = frozenset(listed)
        for pack in again:
            if self._physical(pack["pack_id"]) is None:
                self._ask(self._correction(Correction.WRITE_OFF, [pack], "looked for and not found"), lambda _: None)
        self.start()

    def _correction(self, what: Correction, packs: Sequence[Mapping[str, Any]], reason: str) -> CorrectBooks:
        pack_ids = tuple(pack["pack_id"] for pack in packs)
        return CorrectBooks(f"{what}-{self._timeline.now:.3f}-{pack_ids[0]}", what, pack_ids, reason, NAME, WITNESS)

    def _carry_back(self, packs: Sequence[Mapping[str, Any]], answer: DeskAnswer) -> None:
        if answer.status != 200:
            return
        for pack in packs:
            for robot in self._robots.values():
                if robot.machine.find(pack["pack_id"]) is not None:
                    cause = Cause(answer.body["reference"], robot.generation, 0)
                    robot.machine.give_back(self._timeline.now, pack["pack_id"], cause)
            self._floor.put(GOODS_IN, _lot(pack))


def _items(answer: DeskAnswer) -> list[Mapping[str, Any]]:
    return list(answer.body["items"]) if answer.status == 200 else []


def _lot(described: Mapping[str, Any]) -> tuple[str, str, str]:
    return described["gtin"], described["batch"], described["expiry"]
