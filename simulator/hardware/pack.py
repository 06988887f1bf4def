"""The physical pack and what the maker printed on its product's box."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """A product as the hardware meets it: an edge is what a ruler says."""

    gtin: str
    zone: str
    robot_storable: bool
    width_mm: float
    depth_mm: float
    height_mm: float
    mass_g: float
    has_datamatrix: bool


class Pack:
    """One box. `gtin`, `batch` and `expiry` are true whatever anybody reported."""

    __slots__ = ("batch", "expiry", "gtin", "labelled", "pack_id", "serial")

    def __init__(self, gtin: str, batch: str, expiry: str, pack_id: str | None = None) -> None:
        self.gtin = gtin
        self.batch = batch
        self.expiry = expiry
        self.pack_id = pack_id
        """The ledger's id, known from the moment a store command gave it."""
        self.labelled = False
        """A person put a fresh DataMatrix label on it."""
        self.serial: str | None = None
