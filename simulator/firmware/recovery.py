"""What a booting robot can still say of the commands that the power cut interrupted."""

from collections.abc import Iterable

from controller.protocol.commands import Eject, Pick, Relocate, Store
from controller.protocol.reports import CommandResult, PackResult
from controller.protocol.vocabulary import Outcome, PackOutcome
from simulator.firmware.journal import CommandRecord
from simulator.hardware.movement import Cause

POWER_LOST = "power_lost"


def interrupted(record: CommandRecord) -> CommandResult:
    """The outcome of an unfinished command: each pack delivered, not moved, or unknown from the grip on."""
    return CommandResult(
        command_id=record.command_id,
        outcome=Outcome.ABORTED,
        packs=tuple(record.packs.get(item) or _untouched(item, pack_id) for item, pack_id in _asked(record)),
        reason=POWER_LOST,
    )


def interrupted_packs(records: Iterable[CommandRecord]) -> dict[str, Cause]:
    """Packs from the rack that may lie on the table, each with the command that gripped it."""
    return {
        pack.pack_id: Cause(record.command_id, record.generation, record.epoch)
        for record in records
        if not isinstance(record.body, Store)
        for pack in record.packs.values()
        if pack.pack_id is not None and pack.outcome is PackOutcome.UNKNOWN
    }


def _untouched(item: int, pack_id: str | None) -> PackResult:
    return PackResult(item=item, pack_id=pack_id, outcome=PackOutcome.NOT_MOVED)


def _asked(record: CommandRecord) -> list[tuple[int, str | None]]:
    match record.body:
        case Pick(items=items) | Eject(items=items):
            return [(item.item, item.pack_id) for item in items]
        case Relocate(item=item):
            return [(item.item, item.pack_id)]
        case Store(pack_id=pack_id):
            return [(0, pack_id)]
        case _:
            return []
