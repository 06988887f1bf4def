"""What people ask of the service: each request knows its method, its path and its JSON body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.desk_quality import QualityAction, QualityReading

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """A ward, clinic or pharmacy orders; exactly one of `due_at` and `run` is set. `lines` are (gtin, quantity).

    Of the products in `single_batch` all packs must be of one batch.
    """

    order_ref: str
    destination: str
    order_class: str
    due_at: str | None
    run: str | None
    run_date: str | None
    lines: tuple[tuple[str, int], ...]
    single_batch: frozenset[str] = frozenset()
    method: str = "POST"

    @property
    def path(self) -> str:
        return f"{API}/orders"

    @property
    def idempotency_key(self) -> str | None:
        return f"order-{self.order_ref}"

    def body(self) -> dict[str, Any]:
        return {
            "order_ref": self.order_ref,
            "destination": self.destination,
            "class": self.order_class,
            "due_at": self.due_at,
            "run": self.run,
            "run_date": self.run_date,
            "lines": [
                {"gtin": gtin, "quantity": quantity} | ({"single_batch": True} if gtin in self.single_batch else {})
                for gtin, quantity in self.lines
            ],
        }


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    gtin: str
    batch: str
    expiry: str
    quantity: int


@dataclass(frozen=True, slots=True)
class AnnounceDelivery:
    """A lorry has been unloaded; `part` tells several arrivals of one note apart."""

    delivery_note: str
    part: int
    lines: tuple[DeliveredLine, ...]
    method: str = "POST"

    @property
    def path(self) -> str:
        return f"{API}/deliveries"

    @property
    def idempotency_key(self) -> str | None:
        return f"delivery-{self.delivery_note}-{self.part}"

    def body(self) -> dict[str, Any]:
        return {
            "delivery_note": self.delivery_note,
            "lines": [
                {"gtin": line.gtin, "batch": line.batch, "expiry": line.expiry, "quantity": line.quantity}
                for line in self.lines
            ],
        }


@dataclass(frozen=True, slots=True)
class ClaimWork:
    """A person at a station is free; the answer may take as long as there is nothing to do."""

    station: str
    worker: str
    method: str = "POST"

    @property
    def path(self) -> str:
        return f"{API}/stations/{self.station}/claims"

    @property
    def idempotency_key(self) -> str | None:
        return None

    def body(self) -> dict[str, Any]:
        return {"worker": self.worker}


@dataclass(frozen=True, slots=True)
class FinishWork:
    """A person has done a piece of work and says what was found."""

    work_id: str
    worker: str
    findings: Mapping[str, Any]
    method: str = "POST"

    @property
    def path(self) -> str:
        return f"{API}/work/{self.work_id}/finish"

    @property
    def idempotency_key(self) -> str | None:
        return f"finish-{self.work_id}"

    def body(self) -> dict[str, Any]:
        return {"worker": self.worker, "findings": dict(self.findings)}


@dataclass(frozen=True, slots=True)
class PutRobotBack:
    """A person who has been at a robot says that it is fit, and that nobody is in its travel area; `said_at` tells
    what was said at different times apart."""

    robot: str
    reason: str
    who: str
    said_at: int
    method: str = "POST"

    @property
    def path(self) -> str:
        return f"{API}/robots/{self.robot}/back"

    @property
    def idempotency_key(self) -> str | None:
        return f"back-{self.robot}-{self.who}-{self.said_at}"

    def body(self) -> dict[str, Any]:
        return {"reason": self.reason, "actor": self.who, "travel_area_empty": True}


DeskAction = PlaceOrder | AnnounceDelivery | ClaimWork | FinishWork | PutRobotBack | QualityAction
DeskRequest = DeskAction | QualityReading


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """The service's answer; `body` is decoded JSON. Status 503 stands for every kind of silence."""

    status: int
    body: Any = None


@dataclass(frozen=True, slots=True)
class WorkPack:
    pack_id: str | None
    gtin: str
    batch: str
    expiry: str
    place: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work as the service describes it."""

    work_id: str
    kind: str
    station: str
    robot: str | None
    tote_id: str | None
    packs: tuple[WorkPack, ...]


class UnclearAnswer(ValueError):
    """The service's JSON describes no work."""


def work_of(answer: DeskAnswer) -> Work | None:
    """The work in the answer to a claim, None where there is none; UnclearAnswer where it cannot be understood."""
    try:
        described = answer.body["work"]
        if described is None:
            return None
        return Work(
            work_id=described["work_id"],
            kind=described["kind"],
            station=described["station"],
            robot=described["robot"],
            tote_id=described["tote_id"],
            packs=tuple(_pack(pack) for pack in _sequence(described["packs"])),
        )
    except (KeyError, TypeError) as error:
        raise UnclearAnswer(f"{error!r} in {answer.body!r}") from error


def _sequence(value: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list | tuple):
        raise TypeError("packs is no list")
    return value


def _pack(described: Mapping[str, Any]) -> WorkPack:
    return WorkPack(
        pack_id=described["pack_id"],
        gtin=described["gtin"],
        batch=described["batch"],
        expiry=described["expiry"],
        place=described["place"],
    )
