"""What came out of a fridge while it was too warm is held wherever it is, and who got the rest is to be called."""

import pytest

from controller.domain.alarm import Alarm
from controller.domain.order import OrderClass
from controller.domain.product import Zone
from controller.domain.robot import RobotFault
from controller.engine import actions as act
from controller.engine.cold_chain import DETECTED_AFTER_S, REMEMBERED_S
from controller.engine.quarantines import UNMEASURED_S
from tests.support.cores import FLAT, Floor, packs_of

SPAN_S = 300.0
COLD, WARM, FREEZING = (4.8, 5.2), (7.6, 8.3), (2.3, 1.9)
"""Mean and worst of a span, in °C."""


class Fridge:
    """R1 is a fridge, and nothing else has its product."""

    def __init__(self) -> None:
        self.floor = Floor(packs_of(FLAT, "robot:R1", 8)).open()
        self.floor.core.state.robots["R1"].kind = Zone.FRIDGE
        self.floor.r1.state()

    def serve(self, reference: str, *stations: str, order_class: OrderClass = OrderClass.ROUTINE) -> str:
        """One pack is picked for an order, which goes through these stations: the pack."""
        self.floor.order(reference, (FLAT, 1), order_class=order_class)
        (step,) = self.floor.r1.only().steps
        self.floor.r1.work_off()
        for station in stations:
            self.floor.work(station, moved=())
        return step.pack_id

    def hand_over(self, reference: str) -> str:
        """As `serve`, for a discharge order, which leaves with the courier at once."""
        return self.serve(reference, "CHECK", "DOCK", order_class=OrderClass.DISCHARGE)

    def wait(self, seconds: float) -> None:
        self.floor.wait(seconds, self.floor.r1, self.floor.r2, self.floor.r3)

    def measure(self, *spans: tuple[float, float], probe: str = "fridge_a_c") -> None:
        """Spans of five minutes, one after the other."""
        for mean, worst in spans:
            since = self.floor.now
            self.wait(SPAN_S)
            feature = act.ConditionFeature(probe, None, 5, mean, worst)
            self.floor.tell(act.RobotCondition("R1", 1, since, self.floor.now, (feature,)))

    def excursion(self) -> None:
        self.floor.r1.event(act.FaultRaised(RobotFault("R1-1", "FRG-60", 1, self.floor.now)))

    @property
    def held_outside(self) -> set[str]:
        packs = self.floor.rows.packs.values()
        return {pack.pack_id for pack in packs if pack.hold is not None and pack.account != "robot:R1"}

    @property
    def alarms(self) -> list[Alarm]:
        return [alarm for alarm in self.floor.core.state.alarms.values() if alarm.kind == "quarantine.left"]

    @property
    def opened(self) -> dict[str, object]:
        """What was written down of the case."""
        (entry,) = self.floor.rows.actions("quarantine.opened")
        return entry.data


@pytest.mark.parametrize("stations", [(), ("CHECK",), ("CHECK", "DOCK")], ids=["filling", "checked", "on the van"])
def test_what_came_out_in_the_minutes_before_is_held_wherever_it_is(stations: tuple[str, ...]) -> None:
    fridge = Fridge()
    before = fridge.serve("T1")
    fridge.wait(DETECTED_AFTER_S)
    since = fridge.serve("T2", *stations)
    fridge.wait(60.0)
    fridge.excursion()
    assert fridge.held_outside == {since}
    assert before != since
    assert (fridge.opened["place"], fridge.opened["taken"], fridge.opened["left"]) == ("R1", 1, 0)
    assert fridge.opened["since_at"] == fridge.floor.now - DETECTED_AFTER_S
    assert fridge.alarms == []
    while fridge.floor.claim("CHECK", "Cleo") is not None:
        (work,) = (work for work in fridge.floor.core.state.works.values() if work.worker == "Cleo")
        fridge.floor.do(act.FinishWork(work.work_id, "Cleo"))
    assert fridge.floor.account(since) == "quarantine"
    assert fridge.floor.account(before).startswith("tote:")
    fridge.floor.sound()


@pytest.mark.parametrize("warm", [WARM, FREEZING])
@pytest.mark.parametrize("probe", ["fridge_a_c", "fridge_b_c"])
def test_the_probes_tell_how_long_it_has_been_out_of_range(warm: tuple[float, float], probe: str) -> None:
    fridge = Fridge()
    fridge.measure(COLD, probe=probe)
    too_early = fridge.serve("T1")
    fridge.measure(warm, COLD, probe=probe)
    began = fridge.floor.now
    first = fridge.serve("T2")
    fridge.measure(*[warm] * 5, probe=probe)
    last = fridge.serve("T3")
    fridge.wait(30.0)
    fridge.excursion()
    assert fridge.opened["since_at"] == began
    assert fridge.held_outside == {first, last}
    assert too_early not in fridge.held_outside, "it was in range again in between"


def test_what_has_left_is_counted_and_a_named_person_calls_the_wards() -> None:
    fridge = Fridge()
    earlier = fridge.hand_over("T1")
    fridge.wait(DETECTED_AFTER_S)
    fridge.hand_over("T2")
    fridge.wait(60.0)
    fridge.excursion()
    assert (fridge.opened["taken"], fridge.opened["left"]) == (0, 1)
    assert fridge.floor.account(earlier) == "dispatched:GGH-WA1"
    (alarm,) = fridge.alarms
    assert alarm.text.startswith(f"{alarm.subject}: 1 pack had left before it was held, temperature of R1 (F-000001).")
    fridge.floor.restart()
    fridge.wait(600.0)
    assert len(fridge.alarms) == 1, "only a name ends it"
    fridge.floor.do(act.ResetAlarm(alarm.alarm_id, "all wards called", "Ann"))
    assert fridge.alarms == []


def test_a_restart_forgets_nothing_that_came_out() -> None:
    fridge = Fridge()
    gone, here = fridge.hand_over("T1"), fridge.serve("T2")
    fridge.floor.restart()
    fridge.floor.tell(act.LinkChanged(True))
    fridge.floor.r1.arrive()
    fridge.excursion()
    assert fridge.held_outside == {here}
    assert fridge.opened["left"] == 1
    assert gone not in fridge.held_outside


def test_what_was_written_off_or_stands_in_the_fridge_again_has_not_left() -> None:
    fridge = Fridge()
    lost, back = fridge.serve("T1"), fridge.serve("T2")
    for reference in ("T1", "T2"):
        fridge.floor.cancel(reference)
    fridge.floor.do(act.WriteOff((lost,), "torn", "Ann"))
    fridge.floor.do(act.RestoreStock((back,), "good", "Ann"))
    fridge.floor.core.state.book.post(back, "input:R1", at=fridge.floor.now, reason="fed", reference="W1")
    fridge.floor.core.state.book.post(back, "robot:R1", at=fridge.floor.now, reason="stored", reference="C1")
    fridge.wait(5.0)
    fridge.excursion()
    assert (fridge.opened["taken"], fridge.opened["left"], fridge.opened["packs"]) == (0, 0, 7)
    assert fridge.alarms == []


def test_what_came_out_of_a_dark_fridge_since_the_mains_went_is_in_its_case() -> None:
    """Its battery still let it bring out what it had gripped."""
    fridge = Fridge()
    before = fridge.serve("T1")
    fridge.wait(60.0)
    fridge.floor.order("T2", (FLAT, 1))
    task = fridge.floor.r1.only()
    (step,) = task.steps
    fridge.floor.r1.begin(task)
    fridge.floor.r1.event(act.FaultRaised(RobotFault("R1-1", "PWR-80", 1, fridge.floor.now)))
    went_at = fridge.floor.now
    fridge.floor.r1.deliver(task, step.pack_id)
    fridge.floor.tell(fridge.floor.r1.presence("lost"))
    fridge.floor.wait(UNMEASURED_S + 10.0)
    assert fridge.opened["since_at"] == went_at
    assert fridge.held_outside == {step.pack_id}
    assert before not in fridge.held_outside


def test_what_came_out_long_ago_is_not_remembered_for_ever() -> None:
    fridge = Fridge()
    pack_id = fridge.serve("T1")
    assert list(fridge.floor.core.state.cold_exits["R1"]) == [pack_id]
    fridge.floor.jump_to(fridge.floor.now + REMEMBERED_S + 10.0)
    assert fridge.floor.core.state.cold_exits["R1"] == {}
