"""Packs that nothing may pick: blocked wherever they are, at once, until a named person decides."""

from collections.abc import Iterable

from controller.domain.pack import Pack
from controller.engine import allocation, placing, tasks, totes
from controller.engine.turn import Turn


def block(turn: Turn, packs: Iterable[Pack], reason: str) -> list[Pack]:
    """Hold these packs, whatever else they are held for; those that were not held for this before.

    Tasks that have them bound are cancelled where they can be, totes that were checked or loaded are taken back for
    another check, and promises of this stock go elsewhere.
    """
    blocked: list[Pack] = []
    for pack in packs:
        before = pack.hold
        turn.state.book.hold(pack.pack_id, reason)
        if pack.hold == before:
            continue
        blocked.append(pack)
        placing.set_aside(turn, pack)
        task = turn.state.tasks.get(pack.claim or "")
        if task is not None:
            tasks.ask_cancel(turn, task)
        totes.take_back(turn, pack)
    for gtin in dict.fromkeys(pack.gtin for pack in blocked):
        allocation.trim(turn, gtin)
    return blocked
