"""A batch that must not be used: blocked here, and every destination that got it named."""

from dataclasses import dataclass


@dataclass(slots=True)
class Recall:
    recall_id: str
    gtin: str
    batch: str
    recall_class: int
    """1 to 4 as the MHRA numbers them; class 1 at once, 2 within 48 h, 3 within five days (DOMAIN.md section 4)."""
    reason: str
    by: str
    begun_at: float
    drill: bool = False
    """A dummy recall: everything is listed and nothing is blocked."""
    blocked_packs: int = 0
    destinations: int = 0
    closed_at: float | None = None
    closed_by: str | None = None
    closing_note: str | None = None
