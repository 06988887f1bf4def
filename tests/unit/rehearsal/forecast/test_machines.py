"""What a robot of a forecast answers, command by command."""

import pytest

from controller.domain.task import TaskKind
from controller.engine import actions as act
from controller.engine.core import Core
from controller.rehearsal.forecast.agenda import Agenda
from controller.rehearsal.forecast.machines import Machine
from controller.rehearsal.forecast.outages import Outage
from controller.rehearsal.forecast.tally import Course
from controller.scheduling.times import LearnedTimes
from simulator.chance import Chance
from tests.support.cores import FLAT, MONDAY, Floor, packs_of

END_AT = MONDAY + 4 * 3600.0


class Tried:
    """A machine for R1 and what it says."""

    def __init__(self, core: Core, *planned: Outage) -> None:
        self.core, self.agenda = core, Agenda()
        self.machine = Machine(
            core.state.robots["R1"],
            now=MONDAY,
            planned=planned,
            disturbed_share=0.0,
            state=core.state,
            times=LearnedTimes(),
            luck=Chance(1).stream("R1"),
            agenda=self.agenda,
            course=Course(MONDAY, END_AT),
        )

    def command(self, at: float = MONDAY) -> None:
        for task in list(self.core.state.open_tasks("R1")):
            packs = [self.core.state.book.packs[step.pack_id] for step in task.steps]
            self.machine.command(task, packs, at)

    def said(self, until_at: float = END_AT) -> list[act.Fact]:
        return [event.fact for event in self.agenda.due(until_at) if isinstance(event, act.RobotEvent)]


@pytest.fixture
def floor() -> Floor:
    floor = Floor(packs_of(FLAT, "robot:R1", 9)).open()
    floor.order("T1", (FLAT, 2))
    return floor


def finished(facts: list[act.Fact]) -> act.ResultReport:
    (result,) = [fact.result for fact in facts if isinstance(fact, act.CommandFinished)]
    return result


def test_a_tour_is_gripped_and_then_finished(floor: Floor) -> None:
    tried = Tried(floor.core)
    tried.command()
    first = tried.said(MONDAY + 30.0)
    assert [type(fact) for fact in first] == [act.PackGripped, act.PackGripped]
    assert [pack.outcome for pack in finished(tried.said()).packs] == ["delivered", "delivered"]


def test_the_same_command_again_is_done_once(floor: Floor) -> None:
    tried = Tried(floor.core)
    tried.command()
    tried.command(MONDAY + 1.0)
    assert len(tried.said()) == 3


def test_a_tour_that_waits_too_long_ends_unmoved(floor: Floor) -> None:
    tried = Tried(floor.core, Outage(MONDAY, MONDAY + 3600.0))
    tried.command()
    facts = tried.said(MONDAY + 200.0)
    assert isinstance(facts[0], act.FaultRaised)
    result = finished(facts)
    assert (result.outcome, {pack.outcome for pack in result.packs}) == ("aborted", {"not_moved"})


def test_a_tour_that_has_not_begun_can_be_cancelled(floor: Floor) -> None:
    tried = Tried(floor.core, Outage(MONDAY, MONDAY + 100.0))
    task = floor.r1.only()
    tried.command()
    floor.cancel("T1")
    cancel = floor.r1.only(TaskKind.CANCEL)
    tried.machine.command(cancel, [], MONDAY + 5.0)
    results = {fact.result.command_id: fact.result for fact in tried.said() if isinstance(fact, act.CommandFinished)}
    assert results[task.task_id].outcome == "cancelled"
    assert {pack.outcome for pack in results[task.task_id].packs} == {"not_moved"}
    assert results[cancel.task_id].outcome == "completed"
