"""The invariants over what is in memory: the loop runs them on a schedule, the rehearsal over all that was written."""

from controller.engine.state import State
from controller.ledger.invariants import History, Violation, check


def check_state(state: State) -> list[Violation]:
    """Every violation that shows in the working set; looks at every pack, about 1 s for a million."""
    return check(
        History(
            packs=list(state.book.packs.values()),
            orders=list(state.orders.values()),
            tasks=list(state.tasks.values()),
            totes=list(state.totes.values()),
            works=list(state.works.values()),
            balances=state.book.balances,
            whole=False,
        )
    )
