"""What simulated people read of the service, as the API would show it: as much of it as they look at."""

from collections.abc import Iterable
from itertools import groupby

from controller.domain.fault import Fault
from controller.domain.pack import Pack
from controller.domain.quarantine import HELD_FOR, QuarantinedLot
from controller.engine.corrections import is_missing
from controller.engine.state import State
from controller.protocol.vocabulary import timestamp
from simulator.desk import DeskAnswer
from simulator.desk_quality import PAGE, QualityReading, ReadFault, ReadMissing, ReadPacks, ReadQuarantines


def read(request: QualityReading, state: State) -> DeskAnswer:
    """From what is committed: between two turns that is the state."""
    match request:
        case ReadQuarantines():
            return DeskAnswer(200, {"items": _cases(state.book.packs.values())})
        case ReadPacks():
            packs = (pack for pack in state.book.packs.values() if pack.account == request.place)
            found = [
                pack for pack in packs if request.gtin in (None, pack.gtin) and request.batch in (None, pack.batch)
            ]
            found.sort(key=lambda pack: pack.pack_id)
            return DeskAnswer(200, {"items": [_pack(pack) for pack in found[:PAGE]]})
        case ReadMissing():
            lost = [pack for pack in state.book.packs.values() if pack.hold is not None and is_missing(pack)]
            return DeskAnswer(200, {"items": [_pack(pack) for pack in lost]})
        case ReadFault():
            fault = state.faults.get(request.fault_id)
            return DeskAnswer(404) if fault is None else DeskAnswer(200, {"fault": _fault(fault)})


def _cases(packs: Iterable[Pack]) -> list[dict[str, object]]:
    held = [pack for pack in packs if pack.hold is not None and pack.hold.startswith(HELD_FOR)]
    held.sort(key=lambda pack: (pack.hold or "", pack.gtin, pack.batch, pack.account))
    lots = [
        QuarantinedLot.of(hold or "", gtin, batch, account, len(list(alike)))
        for (hold, gtin, batch, account), alike in groupby(
            held, key=lambda pack: (pack.hold, pack.gtin, pack.batch, pack.account)
        )
    ]
    return [
        {
            "case_id": case_id,
            "why": why,
            "lots": [
                {"gtin": lot.gtin, "batch": lot.batch, "place": lot.account, "packs": lot.packs} for lot in of_case
            ],
        }
        for (case_id, why), of_case in groupby(lots, key=lambda lot: (lot.case_id, lot.why))
    ]


def _pack(pack: Pack) -> dict[str, object]:
    return {
        "pack_id": pack.pack_id,
        "gtin": pack.gtin,
        "batch": pack.batch,
        "expiry": pack.expiry.isoformat(),
        "place": pack.account,
        "hold": pack.hold,
    }


def _fault(fault: Fault) -> dict[str, object]:
    return {
        "raised_at": timestamp(fault.raised_at),
        "cleared_at": None if fault.cleared_at is None else timestamp(fault.cleared_at),
    }
