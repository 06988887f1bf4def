"""Packs that nothing may pick: blocked wherever they are, at once, until a named person decides."""

from collections.abc import Iterable

from controller.domain.pack import Pack
from controller.engine import allocation, placing, tasks, totes
from controller.engine.turn import Turn


def block(turn: Turn, packs: Iterable[Pack], reason: str, *, instead: bool = False) -> list[Pack]:
    """Hold these packs; those that were not held before.

    Tasks that have them bound are cancelled where they can be, totes that were checked or loaded are taken back for
    another check, and promises of this stock go elsewhere. With `instead`, a pack that is held for another reason is
    held for this one from now on.
    """
    blocked: list[Pack] = []
    for pack in packs:
        if pack.hold is not None and not instead:
            continue
        if pack.hold is None:
            blocked.append(pack)
        turn.state.book.hold(pack.pack_id, reason)
        placing.set_aside(turn, pack)
        task = turn.state.tasks.get(pack.claim or "")
        if task is not None:
            tasks.ask_cancel(turn, task)
        totes.take_back(turn, pack)
    for gtin in dict.fromkeys(pack.gtin for pack in blocked):
        allocation.trim(turn, gtin)
    return blocked
