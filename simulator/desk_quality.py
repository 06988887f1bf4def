"""What people ask of the service about stock that may not be what the books say: they read, decide and correct."""

import enum
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

QUARANTINES, STOCK, FAULTS = "/api/v1/quarantines", "/api/v1/stock", "/api/v1/faults"
PAGE = 200


class Reading:
    """A request that changes nothing, and needs no key."""

    method = "GET"
    idempotency_key = None

    def body(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class ReadQuarantines(Reading):
    """What waits for a decision."""

    @property
    def path(self) -> str:
        return QUARANTINES


@dataclass(frozen=True)
class ReadPacks(Reading):
    """The packs at one account of the ledger, of one batch where that is named; the first page."""

    place: str
    gtin: str | None = None
    batch: str | None = None

    @property
    def path(self) -> str:
        asked = {"place": self.place, "limit": PAGE, "gtin": self.gtin, "batch": self.batch}
        return f"{STOCK}/packs?{urlencode({key: value for key, value in asked.items() if value is not None})}"


@dataclass(frozen=True)
class ReadMissing(Reading):
    """Packs that were not where the books have them."""

    @property
    def path(self) -> str:
        return f"{STOCK}/missing"


@dataclass(frozen=True)
class ReadFault(Reading):
    """One fault, from raising to clearing."""

    fault_id: str

    @property
    def path(self) -> str:
        return f"{FAULTS}/{self.fault_id}"


@dataclass(frozen=True, slots=True)
class DecideQuarantine:
    """`decision` is release or destroyed; for the whole case where no packs are named."""

    idempotency_key: str
    case_id: str
    decision: str
    reason: str
    actor: str
    witness: str
    pack_ids: tuple[str, ...] = ()
    method: str = "POST"

    @property
    def path(self) -> str:
        return f"{QUARANTINES}/{self.case_id}/decision"

    def body(self) -> dict[str, Any]:
        return {
            "decision": self.decision,
            "reason": self.reason,
            "actor": self.actor,
            "witness": self.witness,
            "pack_ids": list(self.pack_ids),
        }


@dataclass(frozen=True, slots=True)
class ReportFound:
    """A pack stands at goods-in that the books do not have there."""

    idempotency_key: str
    gtin: str
    batch: str
    expiry: str
    reason: str
    actor: str
    witness: str
    method: str = "POST"

    @property
    def path(self) -> str:
        return f"{STOCK}/found"

    def body(self) -> dict[str, Any]:
        return {
            "gtin": self.gtin,
            "batch": self.batch,
            "expiry": self.expiry,
            "place": "goods-in",
            "reason": self.reason,
            "actor": self.actor,
            "witness": self.witness,
        }


class Correction(enum.StrEnum):
    PUT_BACK = "put-backs"
    WRITE_OFF = "write-offs"


@dataclass(frozen=True, slots=True)
class CorrectBooks:
    """Packs of the quarantine shelf go the way of a delivery again, or leave the books."""

    idempotency_key: str
    what: Correction
    pack_ids: tuple[str, ...]
    reason: str
    actor: str
    witness: str
    method: str = "POST"

    @property
    def path(self) -> str:
        return f"{STOCK}/{self.what}"

    def body(self) -> dict[str, Any]:
        return {
            "pack_ids": list(self.pack_ids),
            "reason": self.reason,
            "actor": self.actor,
            "witness": self.witness,
        }


QualityReading = ReadQuarantines | ReadPacks | ReadMissing | ReadFault
QualityAction = DecideQuarantine | ReportFound | CorrectBooks
