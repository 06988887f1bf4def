"""Run a core of the tests ahead, as the forecasting process would."""

from collections.abc import Sequence

from controller.domain.forecast import Question
from controller.engine.actions import SubmitOrder
from controller.engine.core import Core
from controller.engine.fork import ForkedCore, freeze, thaw
from controller.engine.ports import MasterData
from controller.rehearsal.forecast.run import Run
from controller.rehearsal.forecast.tally import Course

STAFFED = 2
CALM = Question(disturbed_share=0.0)


def course(
    core: Core,
    master: MasterData,
    now: float,
    question: Question = CALM,
    *,
    seed: int = 1,
    orders: Sequence[SubmitOrder] = (),
    hours: float = 4.0,
) -> Course:
    """One run, with two people at each station where the question says nothing else."""
    expected = {line.gtin: 10 * line.quantity for order in orders for line in order.lines}
    fork = thaw(freeze(core.state, now, expected), master)
    fork.people = dict.fromkeys(core.state.stations, (float(STAFFED),) * 24)
    return Run(ForkedCore(fork), fork, question, seed, orders, now + 3600.0 * hours).go()
