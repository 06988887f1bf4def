"""One departure of a delivery run on one date."""

import enum
from dataclasses import dataclass


class DepartureStatus(enum.StrEnum):
    PLANNED = "planned"
    DEPARTED = "departed"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Departure:
    departure_id: str
    """`{run}/{date}`, for instance QEUH-1/2026-11-23."""
    run: str
    hospital: str
    date_local: str
    cutoff_at: float
    departs_at: float
    status: DepartureStatus = DepartureStatus.PLANNED
    departed_at: float | None = None
    totes: int = 0
    """Totes on the van when it left."""


def departure_key(run: str, date_local: str) -> str:
    return f"{run}/{date_local}"
