"""Identifiers with the check digits that real ones have."""

from simulator.hardware.gs1 import check_digit

_MULTIPLY = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_PERMUTE = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_INVERSE = "0432156789"
_NAMESPACE = "1000001"
"""The SNOMED CT extension of the United Kingdom's drug dictionary."""
_CONCEPT = "10"


def gtin14(number: int) -> str:
    """A GTIN-14 in a range that no maker owns."""
    digits = f"0500001{number:06d}"
    return digits + check_digit(digits)


def verhoeff_digit(digits: str) -> str:
    """The check digit after `digits`."""
    state = 0
    for place, digit in enumerate(reversed(digits), start=1):
        state = int(_MULTIPLY[state][int(_PERMUTE[place % 8][int(digit)])])
    return _INVERSE[state]


def dmd_code(number: int) -> str:
    """A dm+d identifier: item, namespace, partition, Verhoeff digit."""
    digits = f"{number}{_NAMESPACE}{_CONCEPT}"
    return digits + verhoeff_digit(digits)
