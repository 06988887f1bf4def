"""A product (article): what is ordered, stored and dispatched in packs."""

import enum
from dataclasses import dataclass


class Zone(enum.StrEnum):
    AMBIENT = "ambient"
    FRIDGE = "fridge"
    VAULT = "vault"
    """Controlled drugs."""


@dataclass(frozen=True, slots=True)
class Product:
    gtin: str
    dmd_code: str
    name: str
    zone: Zone
    robot_storable: bool
    width_mm: float
    depth_mm: float
    height_mm: float
    mass_g: float
    has_datamatrix: bool
    """Without one the batch and expiry of a pack are not on its barcode."""
